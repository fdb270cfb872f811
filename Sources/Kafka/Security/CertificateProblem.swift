/// What the check of a broker's certificate found: OpenSSL's number for it, and where in the chain.
public struct CertificateProblem: Sendable, Hashable {
    /// One of X509_V_ERR_… of openssl/x509_vfy.h.
    public let code: Int32
    /// 0 is the broker's own certificate; above come those that signed it.
    public let depth: Int32

    init(code: Int32, depth: Int32) {
        self.code = code
        self.depth = depth
    }

    func fault(of server: String) -> ConnectionFault {
        let whose = depth == 0 ? "the certificate of \(server)" : "a certificate that signed the one of \(server)"
        switch code {
        case 10:
            return ConnectionFault(
                kind: .certificateExpired, what: "\(whose) has expired",
                advice: "Renew it on the broker. If it has not, set the clock of this machine."
            )
        case 9:
            return ConnectionFault(
                kind: .certificateNotYetValid, what: "\(whose) is not valid yet",
                advice: "Set the clock of this machine, or wait until it is."
            )
        case 62...64:
            return ConnectionFault(
                kind: .hostNameMismatch, what: "\(whose) is for another host name",
                advice:
                    "Name the broker in KAFKA_BOOTSTRAP_SERVERS as its certificate does, or have the name added to the certificate."
            )
        default:
            return ConnectionFault(
                kind: .certificateUntrusted, what: "\(whose) is signed by no authority that is trusted here",
                advice:
                    "Set KAFKA_SSL_CA_LOCATION to the file of the authority that signed it, or install ca-certificates."
            )
        }
    }
}
