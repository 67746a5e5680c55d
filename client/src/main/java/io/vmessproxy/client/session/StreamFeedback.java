package io.vmessproxy.client.session;

/**
 * What becomes of a stream, for whoever chose its server; and what he knows of that server. Called
 * on the stream's event loop.
 */
public interface StreamFeedback {
  /** For a stream whose server nobody chose. */
  StreamFeedback NONE = new StreamFeedback() {};

  /**
   * The target's first byte came.
   *
   * @param waitedNanos since the application's first byte left
   */
  default void answered(long waitedNanos) {}

  /** It ended unanswered, though its application waited. */
  default void lost() {}

  /** Another server was asked the same, and answered first. */
  default void outdone() {}

  /**
   * It has waited unusually long: is its server still there? Costs that server one question at
   * most, and none if it has answered anybody meanwhile.
   *
   * @param waitedNanos since the application's first byte left
   */
  default void doubt(long waitedNanos) {}

  /** After so long without a first byte a wait is unusual for this server. */
  default long unusualNanos() {
    return Long.MAX_VALUE;
  }

  /** Whether its server has turned out not to serve any more, while another one does. */
  default boolean ejected() {
    return false;
  }
}
