import Threads

/// One thread of the operating system that runs what it is given, in order. Its module is `Threads`.
public typealias DedicatedThread = Threads.DedicatedThread
