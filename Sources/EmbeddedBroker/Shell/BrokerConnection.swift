import BrokerAccess
import BrokerCore
import DequeModule
import KafkaProtocol
import Logging
import NIOCore
import NIOSSL

/// One client connection: takes frames apart, keeps answers in the order of requests, and stops reading when too much
/// waits.
///
/// Stays on the broker's event loop.
final class BrokerConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request that is not answered yet, in its place.
    private struct Slot {
        var header: RequestHeader
        var bytes: Int
        var answer: (any KafkaMessage)?
        var isAnswered = false
        /// Puts what was refused into the answer; nil for an answer of another kind than the request's.
        var complete: ((any KafkaMessage) -> (any KafkaMessage)?)?
    }

    let server: BrokerServer
    /// Nil where everybody may do everything: on loopback.
    let access: ConnectionAccess?
    private let limits: ConnectionLimits
    private let logger: Logger
    private var context: ChannelHandlerContext?
    private var id: UInt64 = 0
    private var host = ""
    private(set) var peer = ""

    private var received = ByteBuffer()
    private var slots: Deque<Slot> = []
    /// The number of the first slot.
    private var firstNumber: UInt64 = 0
    private(set) var outstandingBytes = 0
    private var isProcessing = false
    private var needsFlush = false
    private var hasNews = false
    private var isInRead = false
    private var lastActivity = NIODeadline.now()
    private var isClosed = false
    private var isEndNoted = false
    /// Whether the connection counts among those of its address.
    private var isCounted = false

    init(server: BrokerServer, access: ConnectionAccess? = nil, limits: ConnectionLimits, logger: Logger) {
        self.server = server
        self.access = access
        self.limits = limits
        self.logger = logger
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        host = context.channel.remoteAddress?.ipAddress.map { "/" + $0 } ?? "/unknown"
        peer = context.channel.remoteAddress.map { "\($0)" } ?? "unknown"
        guard let id = server.register(self) else {
            noteEnd("there are already \(limits.maximumConnections) connections")
            return context.close(promise: nil)
        }
        self.id = id
        if let access {
            if let problem = access.security.enter(access.address) { return close(reason: problem) }
            isCounted = true
            scheduleLoginDeadline(context, access)
        }
        received = context.channel.allocator.buffer(capacity: 4096)
        scheduleIdleCheck(context)
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        if let access, isCounted { access.security.leave(access.address, isLoggedIn: access.isLoggedIn) }
        isCounted = false
        server.unregister(id)
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        lastActivity = .now()
        if received.readableBytes == 0 {
            // The channel's own buffer is taken over, so that a request that came in one piece is never copied.
            received = bytes
        } else {
            received.writeBuffer(&bytes)
        }
        isInRead = true
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isInRead = false
        flushIfNeeded()
        resume()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resume() }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case NIOSSLError.handshakeFailed(let reason) = error {
            let hasGone = reason == .sslError([.eofDuringHandshake])
            noteEnd(hasGone ? Self.goneInHandshake : "the TLS handshake failed: \(reason)", isFault: !hasGone)
        } else {
            logger.debug("connection of \(peer) failed: \(error)")
        }
        context.close(promise: nil)
    }

    // MARK: Requests

    /// Whether another request may be taken.
    private var mayProceed: Bool {
        !isClosed && slots.count < limits.maximumOutstandingRequests && outstandingBytes < limits.maximumConnectionBytes
            && !server.isFull && (context?.channel.isWritable ?? false)
            && access.map { !$0.isBusy && (!$0.expectsToken || slots.isEmpty) } ?? true
    }

    /// Goes on with what has arrived, and reads more, if that may be.
    func resume() {
        process()
        guard mayProceed, let context, !isInRead else { return }
        context.read()
    }

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while mayProceed, let frame = nextFrame() { take(frame) }
    }

    /// The next whole frame, without its length prefix.
    private func nextFrame() -> ByteBuffer? {
        guard let length = received.getInteger(at: received.readerIndex, as: Int32.self) else { return nil }
        let maximum = access?.maximumFrameBytes ?? limits.maximumFrameBytes
        guard length >= (access?.expectsToken == true ? 0 : 8), Int(length) <= maximum else {
            let problem = access == nil ? Greeting(received.readableBytesView).problemAtPlainPort : nil
            close(reason: problem ?? "it sent a frame of \(length) bytes; the limit is \(maximum)")
            return nil
        }
        guard received.readableBytes >= 4 + Int(length) else {
            // Room for the rest at once, instead of growing again and again.
            if received.readerIndex > 0 { received.discardReadBytes() }
            received.reserveCapacity(minimumWritableBytes: 4 + Int(length) - received.readableBytes)
            return nil
        }
        received.moveReaderIndex(forwardBy: 4)
        let frame = received.readSlice(length: Int(length))
        if received.readableBytes == 0 { received = ByteBuffer() }
        return frame
    }

    private func take(_ frame: ByteBuffer) {
        if let access, access.expectsToken { return takeToken(frame, access) }
        do {
            let (header, request) = try ServedAPIs.decode(frame)
            let number = firstNumber + UInt64(slots.count)
            slots.append(Slot(header: header, bytes: frame.readableBytes))
            server.traffic.received(header, bytes: frame.readableBytes)
            outstandingBytes += frame.readableBytes
            server.reserve(frame.readableBytes)
            let context = RequestContext(
                token: .init(connection: id, number: number), header: header, clientHost: host)
            if let access { pass(request, context, access) } else { server.handle(request, context) }
        } catch {
            close(reason: "it sent a malformed request: \(error)")
        }
    }

    // MARK: Answers

    /// The answer to a request, nil if it gets none.
    func answer(_ number: UInt64, _ body: (any KafkaMessage)?) {
        guard !isClosed, number >= firstNumber, number - firstNumber < UInt64(slots.count) else { return }
        let index = Int(number - firstNumber)
        slots[index].answer = body
        if let body, let complete = slots[index].complete {
            slots[index].answer = complete(body)
            // Without its refusals an answer would say what it must not.
            if slots[index].answer == nil { return close(reason: "its request was answered with another kind") }
        }
        slots[index].isAnswered = true
        var released = 0
        while let first = slots.first, first.isAnswered {
            slots.removeFirst()
            firstNumber += 1
            released += first.bytes
            if let answer = first.answer { write(answer, first.header) }
        }
        outstandingBytes -= released
        if released > 0 { server.release(released) }
        if released > 0, !hasNews {
            hasNews = true
            server.noteAnswered(self)
        }
    }

    /// Has the answer to a request changed before it is sent.
    func completeAnswer(_ number: UInt64, _ complete: @escaping (any KafkaMessage) -> (any KafkaMessage)?) {
        guard number >= firstNumber, number - firstNumber < UInt64(slots.count) else { return }
        slots[Int(number - firstNumber)].complete = complete
    }

    /// Answers a request that the core does not see.
    func finish(_ number: UInt64, _ body: any KafkaMessage) {
        answer(number, body)
        server.settle()
    }

    /// Answers a message of a login that had no header.
    func writeToken(_ bytes: [UInt8]) {
        var frame = ByteBuffer()
        frame.writeInteger(Int32(bytes.count))
        frame.writeBytes(bytes)
        context?.write(wrapOutboundOut(frame), promise: nil)
        needsFlush = true
        if !isInRead { flushIfNeeded() }
    }

    /// Sends what has been answered in this step, and takes more requests if that made room for them.
    func sendAnswers() {
        hasNews = false
        guard !isInRead else { return }
        flushIfNeeded()
        resume()
    }

    private func write(_ body: any KafkaMessage, _ header: RequestHeader) {
        guard let context else { return }
        // The answer to a version that is not known has to be in one that every client knows.
        let version = header.isSupported ? header.version : 0
        for chunk in WireFrame.response(body, version: version, correlationID: header.correlationID) {
            server.traffic.sent(chunk.readableBytes)
            context.write(wrapOutboundOut(chunk), promise: nil)
        }
        needsFlush = true
    }

    private func flushIfNeeded() {
        guard needsFlush else { return }
        needsFlush = false
        context?.flush()
    }

    // MARK: End

    func close(reason: String?) {
        guard !isClosed else { return }
        isClosed = true
        noteEnd(reason)
        context?.close(promise: nil)
    }

    /// Writes down why the connection ends. Only the first reason counts: TLS reports each end before its time again.
    /// - Parameter isFault: nothing that a client does in the ordinary course, such as being closed early.
    func noteEnd(_ reason: String?, isFault: Bool = true) {
        guard !isEndNoted else { return }
        isEndNoted = true
        if let reason { server.noteClosed(peer, reason, isFault: isFault) }
    }

    private func scheduleLoginDeadline(_ context: ChannelHandlerContext, _ access: ConnectionAccess) {
        let patience = access.security.listener.loginDeadline
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(patience)) { [self] in
            if !access.isLoggedIn { close(reason: "it did not log in within \(patience)") }
        }
    }

    private func scheduleIdleCheck(_ context: ChannelHandlerContext) {
        let patience = received.readableBytes > 0 ? limits.frameMilliseconds : limits.idleMilliseconds
        let due = lastActivity + .milliseconds(patience)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: max(due, .now() + .milliseconds(1000))) { [self] in
            guard !isClosed, let context = self.context else { return }
            let patience = received.readableBytes > 0 ? limits.frameMilliseconds : limits.idleMilliseconds
            if slots.isEmpty, .now() - lastActivity >= .milliseconds(patience) {
                close(reason: received.readableBytes > 0 ? "a request was not finished in time" : nil)
            } else {
                scheduleIdleCheck(context)
            }
        }
    }
}
