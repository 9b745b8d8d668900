// A story mostly waits: for a poll, a lease, a commit. Four at a time keep two cores busy.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
