# SPDX-License-Identifier: Apache-2.0

CC       ?= cc
BUILD    ?= build
VERSION  := 0.1.0
PREFIX   ?= /usr/local
SHARE     = $(DESTDIR)$(PREFIX)/share
OPT      ?= -O3
SANITIZE ?=
# make VECTOR=no leaves out what is written for kinds of processors
VECTOR   ?=
FUZZ_SECONDS ?= 20
ASAN     := -fsanitize=address,undefined -fno-sanitize-recover=all
# make V=1 shows the commands
Q        := $(if $(V),,@)

# Every build directory has a program of its own; the plain one is ./quis too.
PROGRAM  := $(if $(filter build,$(BUILD)),quis,$(BUILD)/quis)

WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Werror
HARDEN   := -fstack-protector-strong -fPIE
ifeq ($(SANITIZE),)
HARDEN   += -D_FORTIFY_SOURCE=3
endif
CFLAGS   ?= $(OPT) -g
override CFLAGS += -std=c17 -D_GNU_SOURCE -DQUIS_VERSION='"$(VERSION)"' \
            -pthread $(if $(filter no,$(VECTOR)),-DQUIS_NO_VECTOR) \
            $(WARN) $(HARDEN) $(SANITIZE) -Isrc -I. -MMD -MP
override LDFLAGS += -pie -Wl,--as-needed,-z,relro,-z,now -pthread $(SANITIZE)
LDLIBS   := -lz -lzstd -llzma -lbz2 -llz4 -lzip -larchive -lpcre2-8 -lcsv \
            -lcrypto -lseccomp -lm

# libisal inflates faster than zlib. It is taken where the compiler finds it;
# ISAL=no builds without (make clean between the two, or take another BUILD).
ISAL_DEPS := $(if $(filter no,$(ISAL)),,libisal-dev)
ifndef ISAL
ISAL     := $(shell echo '\#include <isa-l.h>' | $(CC) -E -x c - \
              >/dev/null 2>&1 && echo yes || echo no)
endif
FAST     := $(if $(filter no,$(ISAL)),none,isal)
ifeq ($(FAST),isal)
LDLIBS   += -lisal
endif

DEPS       := gcc make libc6-dev zlib1g-dev libzstd-dev liblzma-dev libbz2-dev \
              liblz4-dev libzip-dev libarchive-dev libpcre2-dev libcsv-dev \
              libssl-dev libxxhash-dev libseccomp-dev $(ISAL_DEPS) tzdata
DEPS_CHECK := libcmocka-dev mandoc python3 clang universal-ctags valgrind \
              zstd xz-utils bzip2 lz4 zip
DEPS_FUZZ  := libclang-rt-dev libjansson-dev
DEPS_BENCH := isal mawk

LIB_SRC  := $(filter-out src/input/fast-%,$(sort $(wildcard src/*/*.c))) \
            src/input/fast-header.c src/input/fast-$(FAST).c
CLI_SRC  := $(sort $(wildcard cli/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/test-*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz-*.c))
SIM_SRC  := $(sort $(wildcard bench/sim/*.c))
PROFILES := $(sort $(wildcard profiles/*.profile))
SHIPPED  := $(BUILD)/src/format/shipped
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o) $(SHIPPED).o
CLI_OBJ  := $(CLI_SRC:%.c=$(BUILD)/%.o)
SIM_OBJ  := $(SIM_SRC:%.c=$(BUILD)/%.o)
UNITS    := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)
FUZZERS  := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%)
TOOLS    := bench/portal-sim bench/baselines bench/null-p bench/inflate-zlib

# Targets that build stand behind deps, so that one command does all.
.PHONY: all demo check check-asan check-tsan check-clang check-layers \
        check-size check-man check-instructions check-fuzz instructions \
        build-plain fuzz fuzzers fuzz-programs bench bench-detect demo-export \
        install deps deps-check sim tests clean help
.DEFAULT_GOAL := all

all: $(PROGRAM) ## build ./quis

demo: deps ## install what is missing, build, rank the demo export
	@$(MAKE) --no-print-directory all
	./quis rank testdata/demo

check: deps deps-check ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory all tests sim
	@$(MAKE) --no-print-directory check-layers check-size check-man
	@python3 tests/run.py --build $(BUILD) --program ./$(PROGRAM)
	@QUIS=$(abspath $(PROGRAM)) python3 tests/formats.py
	@python3 tests/detect.py --program ./$(PROGRAM)
	@$(MAKE) --no-print-directory check-instructions

check-asan: deps deps-check ## units, goldens and faults under ASan and UBSan
	@$(MAKE) --no-print-directory BUILD=build-asan OPT=-O1 \
	  SANITIZE='$(ASAN)' all tests
	@python3 tests/run.py --build build-asan --program build-asan/quis

check-tsan: deps deps-check ## the commands on several threads under TSan
	@$(MAKE) --no-print-directory BUILD=build-tsan OPT=-O1 \
	  SANITIZE=-fsanitize=thread all tests
	@python3 tests/run.py --build build-tsan --program build-tsan/quis

check-clang: deps deps-check ## build and test with the second compiler
	@$(MAKE) --no-print-directory BUILD=build-clang CC=clang all tests
	@python3 tests/run.py --build build-clang --program build-clang/quis

check-layers: ## prove that includes point one way and the library is silent
	@python3 tests/layers.py

check-size: ## prove that functions and files stay short
	@python3 tests/size.py

check-man: ## lint the manuals
	@mandoc -Tlint -Wwarning man/*.[1-9] && echo "manuals: clean"

# Without vector code and libisal the count is the same on any machine.
check-instructions: build-plain ## prove that a lookup costs what it did
	@python3 tests/instructions.py

instructions: build-plain ## record what a lookup costs now
	@python3 tests/instructions.py --record

build-plain: deps deps-check
	@$(MAKE) --no-print-directory BUILD=build-plain VECTOR=no ISAL=no all
	@$(MAKE) --no-print-directory sim

fuzz: fuzzers ## every parser on bytes of libFuzzer, for FUZZ_SECONDS each
	@python3 tests/fuzz.py --seconds $(FUZZ_SECONDS)

check-fuzz: fuzzers ## the same from its seeds, for about a minute in all
	@python3 tests/fuzz.py --check --seconds 3

fuzzers: deps deps-check
	@sh tests/deps.sh $(DEPS_FUZZ)
	@$(MAKE) --no-print-directory BUILD=build-fuzz CC=clang OPT=-O1 \
	  SANITIZE='$(ASAN) -fsanitize=fuzzer-no-link' fuzz-programs

fuzz-programs: $(FUZZERS)

tests: $(UNITS) $(BUILD)/faults/shim.so

bench: deps deps-check ## time quis rank; BENCH=--quick tries it out
	@sh tests/deps.sh $(DEPS_BENCH)
	@$(MAKE) --no-print-directory all sim
	@$(MAKE) --no-print-directory BUILD=build-zlib ISAL=no all
	@$(MAKE) --no-print-directory BUILD=build-perf \
	  OPT='-O3 -fno-omit-frame-pointer' all
	python3 bench/speed.py $(BENCH)
	python3 bench/formats.py $(filter --quick,$(BENCH))

bench-detect: deps deps-check ## how well planted misuse is found
	@$(MAKE) --no-print-directory all sim
	python3 bench/detect.py --per-kind --variants
	python3 bench/detect.py --per-kind --registers
	python3 bench/trace.py
	python3 bench/null.py

sim: $(TOOLS) ## build the portal simulator and its company

demo-export: bench/portal-sim ## make testdata/demo anew (the same bytes)
	rm -rf $(BUILD)/demo testdata/demo testdata/demo-registers
	bench/portal-sim --demo --out $(BUILD)/demo
	python3 bench/demo-leak.py $(BUILD)/demo \
	  >$(BUILD)/demo/registers/leaked.txt
	mkdir -p testdata && mv $(BUILD)/demo/log testdata/demo
	gzip -n9 $(BUILD)/demo/registers/persons.csv
	mv $(BUILD)/demo/registers testdata/demo-registers

install: $(PROGRAM) ## install program, manuals and profiles below PREFIX
	install -D -m 0755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/quis
	install -D -m 0644 man/quis.1 $(SHARE)/man/man1/quis.1
	install -D -m 0644 man/quis-profile.5 $(SHARE)/man/man5/quis-profile.5
	install -D -m 0644 man/quis-signals.7 $(SHARE)/man/man7/quis-signals.7
	install -d $(SHARE)/quis/profiles
	install -m 0644 $(PROFILES) $(SHARE)/quis/profiles

deps: ## install the Debian packages needed to build, if any is missing
	@sh tests/deps.sh $(DEPS)

deps-check: ## the same for those needed to test
	@sh tests/deps.sh $(DEPS_CHECK)

clean: ## remove what was built
	rm -rf build build-*/ quis $(TOOLS)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 20

$(PROGRAM): $(CLI_OBJ) $(BUILD)/libquis.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libquis.a: $(LIB_OBJ)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# The profiles become part of the program, so that it runs from anywhere.
$(SHIPPED).c: $(PROFILES) profiles/embed.sh Makefile
	@mkdir -p $(@D)
	$(Q)sh profiles/embed.sh $(PROFILES) >$@.new
	$(Q)mv $@.new $@

$(SHIPPED).o: $(SHIPPED).c
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libquis.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# Preloaded, so without a sanitizer, whose runtime must come first.
$(BUILD)/faults/%.so: tests/faults/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O1 -g -fPIC -shared -o $@ $<

$(BUILD)/fuzz/fuzz-%: $(BUILD)/tests/fuzz/fuzz-%.o $(BUILD)/tests/fuzz/fuzz.o \
  $(BUILD)/libquis.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS) -ljansson

bench/portal-sim: $(SIM_OBJ)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lz -lm

bench/baselines: $(BUILD)/bench/baselines.o
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lm

bench/inflate-zlib: $(BUILD)/bench/inflate-zlib.o
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lz

bench/null-p: $(BUILD)/bench/null-p.o $(BUILD)/libquis.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
