# A folder is a library is a namespace is a target: one name for all four.

# Warnings and sanitizers live on one interface target.
add_library(chatmilter_options INTERFACE)
target_include_directories(chatmilter_options INTERFACE ${CMAKE_SOURCE_DIR})
# What one library of the system or another asks for, asked for by all alike: a
# precompiled header fits no file that was compiled with other definitions.
target_compile_definitions(chatmilter_options INTERFACE
  _FILE_OFFSET_BITS=64 _LARGEFILE64_SOURCE)
target_compile_options(chatmilter_options INTERFACE -pthread
  -Wall -Wextra -Wshadow -Wconversion
  $<$<BOOL:${CHATMILTER_WERROR}>:-Werror>)
if(CHATMILTER_SANITIZE)
  target_compile_options(chatmilter_options INTERFACE
    -fsanitize=${CHATMILTER_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(chatmilter_options INTERFACE
    -fsanitize=${CHATMILTER_SANITIZE})
endif()
if(CHATMILTER_FUZZ)
  target_compile_options(chatmilter_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# shown_alone(SHOWN OTHERS HEADERS SOURCES): the source that includes its header
# before all else shows that this compiles alone; the target
# all_verify_interface_header_sets is for the others.
function(shown_alone shown others headers sources)
  set(is_shown)
  set(is_other)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "\\.h$" ".cc" source "${header}")
    set(first)
    if(source IN_LIST sources)
      file(STRINGS ${source} first REGEX "^#" LIMIT_COUNT 1)
    endif()
    file(RELATIVE_PATH path
      ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${header})
    if(first STREQUAL "#include \"${path}\"")
      list(APPEND is_shown ${header})
    else()
      list(APPEND is_other ${header})
    endif()
  endforeach()
  set(${shown} ${is_shown} PARENT_SCOPE)
  set(${others} ${is_other} PARENT_SCOPE)
endfunction()

# add_module(NAME [EVERY_OCTET] HEADERS ... SOURCES ... DEPENDS ...)
#   A static library of the folder that calls it.  DEPENDS are the edges:
#   other modules, and libraries of the system.  EVERY_OCTET of a message goes
#   through it: it is optimized, with the sanitizers as well.
function(add_module name)
  cmake_parse_arguments(ARG "EVERY_OCTET" "" "HEADERS;SOURCES;DEPENDS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    if(sanitized AND NOT ARG_EVERY_OCTET)
      hasten(${name} standard_headers)
    endif()
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  shown_alone(shown others "${ARG_HEADERS}" "${ARG_SOURCES}")
  target_sources(${name} ${scope}
    FILE_SET shown TYPE HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${shown}
    FILE_SET others TYPE HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${others})
  set_target_properties(${name} PROPERTIES
    INTERFACE_HEADER_SETS_TO_VERIFY others)
  target_link_libraries(${name} ${scope} chatmilter_options ${ARG_DEPENDS})
endfunction()

# add_program(NAME SOURCES ... DEPENDS ...): lands in build/<preset>/bin.
function(add_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(CHATMILTER_LIBRARIES_ONLY)
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES})
  if(sanitized)
    hasten(${name} standard_headers)
  endif()
  target_link_libraries(${name} PRIVATE chatmilter_options ${ARG_DEPENDS})
endfunction()
