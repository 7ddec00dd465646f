#include "cli/completion.h"

#include <absl/strings/str_join.h>

#include "cli/words.h"

namespace signpost::cli {
namespace {

std::vector<std::string> OptionWords(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

// One case line a command: what may follow it.
void Describe(const CLI::App& app, const std::string& path, std::string& cases) {
  std::vector<std::string> words;
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands) words.push_back(command->get_name());
  for (std::string& word : OptionWords(app)) words.push_back(std::move(word));
  cases += "    '" + path + "') words='" + absl::StrJoin(words, " ") + "' ;;\n";
  for (const CLI::App* command : commands) {
    Describe(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
             cases);
  }
}

}  // namespace

std::string BashCompletion(const CLI::App& root) {
  std::string cases;
  Describe(root, "", cases);
  return R"(# bash completion of signpost; made by: signpost completion bash
_signpost() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' word words=''
  case $before in
    --output) COMPREPLY=($(compgen -W 'text json' -- "$current")); return ;;
    --purpose) COMPREPLY=($(compgen -W ')" +
         absl::StrJoin(PurposeNames(), " ") + R"(' -- "$current")); return ;;
    --role) COMPREPLY=($(compgen -W ')" +
         absl::StrJoin(RoleNames(), " ") + R"(' -- "$current")); return ;;
    --file|--question-file|--rejects|--profile|--policy|--directory|--draft|--out|--key|--anchor)
      COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      -*) ;;
      *) path="${path:+$path }$word" ;;
    esac
  done
  case $path in
)" + cases +
         R"(    *) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _signpost signpost
)";
}

void AddCompletion(CLI::App& root, Context& context) {
  CLI::App* noun = AddNoun(root, "completion", "Shell completion, generated from these commands");
  CLI::App* bash = AddVerb(*noun, "bash", "For bash: source <(signpost completion bash)");
  bash->callback([&root, &context] {
    context.action = [&root, &context] {
      context.printer.Data(BashCompletion(root));
      return ExitCode::kOk;
    };
  });
}

}  // namespace signpost::cli
