// What a member that does not hold the child must compute for one question, alone
// in one thread: open it, look 32 tags up in nothing, seal and sign a claim, open
// cover, seal and sign an answer. The rest of a non-holder's CPU is messages,
// threads and timers.
#ifndef SIGNPOST_TESTS_BENCH_PROTOCOL_WORK_H_
#define SIGNPOST_TESTS_BENCH_PROTOCOL_WORK_H_

namespace signpost::bench {

// Milliseconds of CPU a question, over `questions`.
double ProtocolWorkMs(int questions);
// Microseconds of CPU of one Ed25519 signature (14 on the machine of PROTOCOL.md's figures): how
// fast this machine is at the moment.
double SignatureUs();

}  // namespace signpost::bench

#endif  // SIGNPOST_TESTS_BENCH_PROTOCOL_WORK_H_
