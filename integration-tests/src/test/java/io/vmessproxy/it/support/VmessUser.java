package io.vmessproxy.it.support;

/**
 * A user of a VMess server, in the words of each of its ends.
 *
 * @param id a UUID
 * @param alterId above 0, clients send legacy headers
 */
public record VmessUser(String id, int alterId) {
  /** Sends AEAD headers. */
  public static final VmessUser AEAD = new VmessUser(Peer.USER, 0);

  /** Sends legacy headers. */
  public static final VmessUser LEGACY = new VmessUser("b831381d-6324-4d53-ad4f-8cda48b30811", 16);

  /** The value of the program's {@code --user}. */
  public String asUser(String security) {
    return "%s,alterId=%d,security=%s".formatted(id, alterId, security);
  }

  /** The value of the program's {@code --client}. */
  public String asClient() {
    return "%s,alterId=%d".formatted(id, alterId);
  }

  /** One of the {@code clients} of V2Ray's inbound. */
  String inInbound() {
    return "{\"id\": \"%s\", \"alterId\": %d}".formatted(id, alterId);
  }

  /** One of the {@code users} of V2Ray's outbound. */
  String inOutbound(String security) {
    return "{\"id\": \"%s\", \"alterId\": %d, \"security\": \"%s\"}"
        .formatted(id, alterId, security);
  }

  @Override
  public String toString() {
    return "alterId " + alterId;
  }
}
