/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that have no safe use in this program do not compile. Included
 * by base.h, hence everywhere, after the system headers.
 *   numbers:  number_parse_u64() (slice.h)   text:  snprintf(), memcpy()
 *   times:    format/time.h, format/zone.h (never the process's TZ)
 */
#ifndef QUIS_BASE_BANNED_H
#define QUIS_BASE_BANNED_H

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef atoi
#undef gets
#undef alloca
#undef localtime_r
#define strcpy banned_strcpy_use_memcpy
#define strcat banned_strcat_use_snprintf
#define strncpy banned_strncpy_use_memcpy
#define strncat banned_strncat_use_snprintf
#define sprintf banned_sprintf_use_snprintf
#define vsprintf banned_vsprintf_use_vsnprintf
#define strtok banned_strtok_keep_slices
#define atoi banned_atoi_use_number_parse
#define atol banned_atol_use_number_parse
#define atoll banned_atoll_use_number_parse
#define gets banned_gets
#define gmtime banned_gmtime_use_format_time
#define localtime banned_localtime_use_format_zone
#define localtime_r banned_localtime_r_use_format_zone
#define mktime banned_mktime_use_format_zone
#define ctime banned_ctime
#define asctime banned_asctime
#define alloca banned_alloca

#endif
