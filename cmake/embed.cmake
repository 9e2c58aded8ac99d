# Writes files into a C source, as the table that bindings/embedded.h declares:
#   cmake -DOUTPUT=embedded.c -P embed.cmake -- name=file name=file …
set(arrays "")
set(rows "")
set(count 0)
set(seen_dashes FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  set(argument "${CMAKE_ARGV${i}}")
  if(seen_dashes AND argument MATCHES "^([^=]+)=(.+)$")
    set(name "${CMAKE_MATCH_1}")
    file(READ "${CMAKE_MATCH_2}" bytes HEX)
    string(LENGTH "${bytes}" size)
    math(EXPR size "${size} / 2")
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "/* ${name} */\nstatic const unsigned char file_${count}[] = {\n"
                         "${bytes}0};\n\n")
    string(APPEND rows "    {\"${name}\", (const char *)file_${count}, ${size}},\n")
    math(EXPR count "${count} + 1")
  elseif(argument STREQUAL "--")
    set(seen_dashes TRUE)
  endif()
endforeach()

file(WRITE "${OUTPUT}" "/* Written by cmake/embed.cmake. */\n#include \"embedded.h\"\n\n${arrays}"
     "const struct nnlua_embedded nnlua_embedded[] = {\n${rows}    {0, 0, 0},\n};\n")
