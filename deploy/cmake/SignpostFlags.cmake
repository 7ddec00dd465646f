# Compiler and linker flags of every target: warnings as errors, hardening, and
# the sanitizer options. Generated protobuf code is compiled without the
# warnings (see signpost_quiet in SignpostRooms).
add_library(signpost_flags INTERFACE)
target_compile_options(signpost_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  -Wno-restrict)  # GCC 12 reports falsely on std::string (its bug 105329)

add_compile_options(-fstack-protector-strong -fstack-clash-protection -fcf-protection
  -fno-omit-frame-pointer)
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-pie)

find_program(SIGNPOST_LLD ld.lld)
if(SIGNPOST_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(SIGNPOST_ASAN)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(SIGNPOST_TSAN)
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
else()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
