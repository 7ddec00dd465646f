#include "tests/unit/cli/fake_node.h"

#include <catch2/catch.hpp>

namespace signpost::cli {

FakeNode::FakeNode() {
  testing::TestCa ca(folder_, "leeds");
  const auto node = ca.Issue("node", "spiffe://signpost.example/authority/E08000035");
  const auto person = ca.Issue("person", "spiffe://signpost.example/practitioner/ab12");
  const auto credentials =
      MakeServerCredentials({node.certificate, node.private_key, ca.certificate()});
  REQUIRE(credentials.ok());
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", *credentials, &port);
  for (grpc::Service* service : std::initializer_list<grpc::Service*>{
           &lookup, &records, &protection, &desk, &outcomes, &users}) {
    builder.RegisterService(service);
  }
  server_ = builder.BuildAndStart();
  REQUIRE(server_ != nullptr);
  Write("profile.txtpb", "node_address: \"127.0.0.1:" + std::to_string(port) +
                             "\"\nauthority: \"E08000035\"\ncertificate: \"" + person.certificate +
                             "\"\nprivate_key: \"" + person.private_key + "\"\nca: \"" +
                             ca.certificate() + "\"\ntrust_domain: \"signpost.example\"\n");
}

Ran FakeNode::Run(std::vector<std::string> arguments, std::deque<std::string> typed) {
  for (std::string& argument : arguments) {
    if (argument.front() == '@') argument = folder_.File(argument.substr(1));
  }
  arguments.insert(arguments.end(), {"--profile", folder_.File("profile.txtpb")});
  TestContext test(std::move(typed));
  Ran ran;
  ran.exit = test.Run(arguments);
  ran.out = test.out.str();
  ran.err = test.err.str();
  ran.prompts = test.prompter.asked;
  return ran;
}

}  // namespace signpost::cli
