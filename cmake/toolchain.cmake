# Compiler flags, sanitizers and third-party packages; all from Debian 12.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False positives of g++ 12 on coroutine frames and inlined std::string.
    add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
endif()

set(TURNPIKE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
if(TURNPIKE_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # Asio's fences, which TSan does not see; its locks it does
endif()
if(TURNPIKE_SANITIZE)
    add_compile_options(-fsanitize=${TURNPIKE_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${TURNPIKE_SANITIZE})
endif()
if(TURNPIKE_SANITIZE MATCHES thread)
    # Asio's fences are not seen by TSan, and not needed where each io_context has one thread.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

# Asio recycles the memory of its operations per thread. Its default of two slots is too few where
# one coroutine awaits another's read and write, and each miss is a malloc.
add_compile_definitions(BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16 BOOST_ASIO_NO_DEPRECATED)

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
