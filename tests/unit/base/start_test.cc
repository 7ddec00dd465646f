// libsodium is started once for this test program, as HardenProcess does in ours.
#include <sodium.h>

#include <cstdlib>

namespace {

[[maybe_unused]] const bool kStarted = [] {
  if (sodium_init() < 0) std::abort();
  return true;
}();

}  // namespace
