import NIOCore

@testable import Couchbase

extension SimulatedRun {
    /// Something that the client is asked for.
    func randomOperation() {
        let key = "k\(draw(0...profile.keyCount - 1))"
        tagCount += 1
        let tag = "\(key)#\(tagCount)" + (chance(100) ? String(repeating: "-", count: 200) : "")
        let content = Content.json(ByteBuffer(string: "[\"\(tag)\"]"))
        var options = MutationOptions()
        if chance(200) { options.durability = .majority }
        let timeout = Duration.milliseconds(draw(50...2_500))
        let id: UInt64?
        switch draw(0...9) {
        case 0...3: id = submit(.get, key: key, tag: nil, timeout: timeout)
        case 4, 5: id = submit(.upsert(content, options), key: key, tag: tag, timeout: timeout)
        case 6: id = submit(.insert(content, options), key: key, tag: tag, timeout: timeout)
        case 7:
            if chance(500), let cas = cluster.document(key)?.cas { options.cas = cas }
            id = submit(.replace(content, options), key: key, tag: tag, timeout: timeout)
        case 8: id = submit(.remove(options), key: key, tag: nil, timeout: timeout)
        default:
            let append = PathMutation(kind: .arrayAppend, path: "", value: ByteBuffer(string: "\"\(tag)\""))
            id = submit(.mutate([append], .upsert, options), key: key, tag: tag, timeout: timeout)
        }
        if let id, chance(30) { after(.milliseconds(draw(0...50)), .cancel(id)) }
    }

    func submit(_ operation: KeyValueOperation, key: String, tag: String?, timeout: Duration) -> UInt64? {
        let collection = CollectionName(scope: "shop", collection: "orders")
        let request = OperationRequest(operation: operation, key: key, collection: collection, timeout: timeout)
        do throws(CouchbaseError) {
            let id = try client.submit(request, at: moment)
            trace?("\(now) operation \(id): \(operation.opcode) of \(key), \(tag ?? "")")
            history.entries[id] = History.Entry(request: request, tag: tag, began: now)
            return id
        } catch {
            // Refused, so it was not submitted. Nothing else may be the reason.
            if error.code != .temporaryFailure { fail("submit throws \(error)") }
            if client.pendingCount < profile.operationLimit { fail("refused below the limit: \(error)") }
            return nil
        }
    }

    /// Something that happens to the cluster.
    func randomEvent() {
        let node = draw(0...profile.nodeCount - 1)
        trace?("\(now) event on node \(node)")
        switch draw(0...6) {
        case 0: kill(node)
        case 1:
            kill(node)
            after(.milliseconds(draw(0...3_000)), .clusterEvent)
            failOver(node)
        case 2: revive()
        case 3: move(Set((0..<SimulatedCluster.vbucketCount).filter { _ in chance(400) }), to: node)
        case 4: for id in sockets.keys.sorted() where sockets[id]?.node == node { closeFromServer(id) }
        case 5: cluster.collectionID += 1
        default: move([], to: node)
        }
    }

    private func kill(_ node: Int) {
        cluster.isAlive[node] = false
        for id in sockets.keys.sorted() where sockets[id]?.node == node {
            // Its end is seen, or its machine is gone without a word.
            if chance(800) { closeFromServer(id) } else { sockets[id]?.isCut = true }
        }
    }

    private func failOver(_ node: Int) {
        guard let heir = cluster.isAlive.firstIndex(of: true) else { return }
        move(Set((0..<SimulatedCluster.vbucketCount).filter { cluster.owner(of: $0) == node }), to: heir)
    }

    private func revive() {
        for node in 0..<profile.nodeCount { cluster.isAlive[node] = true }
    }

    private func move(_ vbuckets: Set<Int>, to node: Int) {
        var map = cluster.maps[cluster.maps.count - 1]
        for vbucket in vbuckets { map[vbucket] = node }
        cluster.maps.append(map)
        for node in 0..<profile.nodeCount { after(.milliseconds(draw(0...1_000)), .learn(node: node)) }
    }

    /// A node hears of the newest configuration, and says so.
    func learn(_ node: Int) {
        cluster.known[node] = cluster.maps.count
        for id in sockets.keys.sorted() where sockets[id]?.node == node { push(to: id) }
    }

    /// From here on nothing fails.
    func heal() {
        isHealed = true
        revive()
        for node in 0..<profile.nodeCount { cluster.known[node] = cluster.maps.count }
        for id in sockets.keys.sorted() {
            if sockets[id]?.isCut == true { after(.milliseconds(1), .serverClosed(id)) }
        }
    }
}
