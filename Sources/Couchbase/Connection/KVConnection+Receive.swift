import NIOCore

extension KVConnection {
    /// Bytes from the socket.
    mutating func received(_ bytes: ByteBuffer) -> [Action] {
        guard phase != .closed else { return [] }
        decoder.append(bytes)
        var actions: [Action] = []
        do throws(FrameError) {
            while phase != .closed, let frame = try decoder.next() {
                switch frame {
                case .response(let response): actions += answered(response)
                case .request(let request): actions += pushed(request)
                }
            }
        } catch {
            actions += close(CouchbaseError(.protocolViolation, "\(settings.host): \(error)"))
        }
        return actions
    }

    private mutating func answered(_ response: ResponseFrame) -> [Action] {
        if let opcode = control.removeValue(forKey: response.opaque) {
            guard opcode == response.opcode else { return mismatch(opcode, response) }
            guard phase == .ready else { return bootstrap(response, to: opcode) }
            return opcode == .getClusterConfig ? laterConfig(response) : []
        }
        guard let operation = outstanding[response.opaque] else {
            strayResponses += 1
            return []
        }
        // The operation is still outstanding here, so closing gives it its end.
        guard operation.opcode == response.opcode else { return mismatch(operation.opcode, response) }
        outstanding[response.opaque] = nil
        let news = response.status == .notMyVBucket ? laterConfig(response) : []
        return news + [.answered(operation.id, response)]
    }

    private mutating func mismatch(_ opcode: Opcode, _ response: ResponseFrame) -> [Action] {
        close(
            CouchbaseError(.protocolViolation, "\(settings.host) answered \(opcode) as if it were \(response.opcode)"))
    }

    /// A request of the server: that there is a new configuration. Others are not negotiated.
    private mutating func pushed(_ request: RequestFrame) -> [Action] {
        guard request.isFromServer else {
            return close(CouchbaseError(.protocolViolation, "\(settings.host) sent a client's request"))
        }
        guard request.opcode == .configChanged, phase == .ready else { return [] }
        return laterConfig(
            ResponseFrame(
                opcode: .getClusterConfig, status: .success, dataType: request.dataType, value: request.value))
    }

    /// A configuration after the first. Where it is announced only, it is fetched.
    private mutating func laterConfig(_ response: ResponseFrame) -> [Action] {
        guard response.value.readableBytes > 0 else {
            let isAnswer = response.opcode == .getClusterConfig && response.opaque != 0
            return isAnswer ? [] : fetchConfig()
        }
        guard response.status == .success || response.status == .notMyVBucket else { return [] }
        do throws(ConfigError) {
            return [.config(try config(response))]
        } catch {
            return close(CouchbaseError(.protocolViolation, "\(settings.host): \(error)"))
        }
    }

    /// Asks for the configuration, at most once at a time.
    mutating func fetchConfig() -> [Action] {
        guard phase == .ready, !isFetchingConfig else { return [] }
        var request = RequestFrame(opcode: .getClusterConfig)
        if features.contains(.knownConfigVersion), let known = knownVersion {
            request.extras.writeMultipleIntegers(known.epoch, known.revision)
        }
        var bytes = ByteBuffer()
        write(request, into: &bytes)
        return [.send(bytes)]
    }

    /// Whether a configuration was asked for, and has not come.
    var isFetchingConfig: Bool { control.values.contains(.getClusterConfig) }

    /// The request for the configuration has no answer; another may be sent.
    mutating func forgetConfigRequest() { control = control.filter { $0.value != .getClusterConfig } }

    /// Anything to be answered, to see that the server is there.
    mutating func probe() -> [Action] {
        guard phase == .ready else { return [] }
        var bytes = ByteBuffer()
        write(RequestFrame(opcode: .noop), into: &bytes)
        return [.send(bytes)]
    }

    func config(_ response: ResponseFrame) throws(ConfigError) -> ClusterConfig {
        let value: FrameValue
        do throws(FrameError) {
            value = try response.plainValue()
        } catch {
            throw ConfigError(error.description)
        }
        return try ClusterConfig(json: value.bytes, from: settings.host)
    }
}
