# A folder is a library is a namespace is a target: one name for all four.

# Warnings and sanitizers live on one interface target.
add_library(chatmilter_options INTERFACE)
target_include_directories(chatmilter_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(chatmilter_options INTERFACE
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

# CLI11 and nlohmann-json are all inline: each file that has one compiles all of
# it, at -O1 with the sanitizers for 10 to 20 seconds.  Such files need no speed.
function(hasten_sanitized)
  if(NOT CHATMILTER_SANITIZE)
    return()
  endif()
  foreach(source IN LISTS ARGN)
    file(STRINGS ${source} inline_libraries
      REGEX "#include <(CLI|nlohmann)/" LIMIT_COUNT 1)
    if(inline_libraries)
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS -O0)
    endif()
  endforeach()
endfunction()

# add_module(NAME HEADERS ... SOURCES ... DEPENDS ...)
#   A static library of the folder that calls it.  DEPENDS are the edges:
#   other modules, and libraries of the system.
function(add_module name)
  cmake_parse_arguments(ARG "" "" "HEADERS;SOURCES;DEPENDS" ${ARGN})
  if(ARG_SOURCES)
    hasten_sanitized(${ARG_SOURCES})
    add_library(${name} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(${name} ${scope} FILE_SET HEADERS
    BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${ARG_HEADERS})
  target_link_libraries(${name} ${scope} chatmilter_options ${ARG_DEPENDS})
endfunction()

# add_program(NAME SOURCES ... DEPENDS ...): lands in build/<preset>/bin.
function(add_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(CHATMILTER_LIBRARIES_ONLY)
    return()
  endif()
  hasten_sanitized(${ARG_SOURCES})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE chatmilter_options ${ARG_DEPENDS})
endfunction()
