#include "tests/unit/cli/support.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

namespace signpost::cli {

ExitCode TestContext::Run(const std::vector<std::string>& arguments) {
  CLI::App root("Test", "signpost");
  AddEverything(root, context);
  return RunCommandLine(root, context, arguments);
}

void CheckGolden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(SIGNPOST_SOURCE_DIR) + "/tests/unit/cli/golden/" + name;
  if (std::getenv("SIGNPOST_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream golden;
  golden << in.rdbuf();
  INFO("golden file " << path);
  CHECK(actual == golden.str());
}

}  // namespace signpost::cli
