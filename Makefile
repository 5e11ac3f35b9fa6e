# SPDX-License-Identifier: Apache-2.0
# `make help` lists the targets.

CC       ?= cc
BUILD    ?= build
PROGRAM  ?= quis
VERSION  := 0.1.0
PREFIX   ?= /usr/local
OPT      ?= -O2
SANITIZE ?=
# make V=1 shows the commands
Q        := $(if $(V),,@)

WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Werror
HARDEN   := -fstack-protector-strong -fPIE
ifeq ($(SANITIZE),)
HARDEN   += -D_FORTIFY_SOURCE=3
endif
CFLAGS   ?= $(OPT) -g
override CFLAGS += -std=c17 -D_GNU_SOURCE -DQUIS_VERSION='"$(VERSION)"' -pthread \
            $(WARN) $(HARDEN) $(SANITIZE) -Isrc -I. -MMD -MP
override LDFLAGS += -pie -Wl,-z,relro,-z,now -pthread $(SANITIZE)
LDLIBS   := -lz -lpcre2-8 -lcsv -lcrypto -lm

DEPS       := gcc make libc6-dev zlib1g-dev libpcre2-dev libcsv-dev libssl-dev \
              libxxhash-dev tzdata
DEPS_CHECK := libcmocka-dev mandoc python3 clang libclang-rt-14-dev universal-ctags \
              gzip

LIB_SRC  := $(sort $(wildcard src/*/*.c))
CLI_SRC  := $(sort $(wildcard cli/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/test-*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o)
CLI_OBJ  := $(CLI_SRC:%.c=$(BUILD)/%.o)
UNITS    := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/unit/%)

all: $(PROGRAM) ## build ./quis

$(PROGRAM): $(CLI_OBJ) $(BUILD)/libquis.a
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libquis.a: $(LIB_OBJ)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libquis.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d)
