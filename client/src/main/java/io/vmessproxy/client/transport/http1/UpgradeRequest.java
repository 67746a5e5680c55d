package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vmessproxy.client.transport.TransportException;

/**
 * One request for an upgrade, and what its answer must be.
 *
 * @param text the request's head
 * @param refusals make errors of other answers
 * @param further what must be so besides; called for an answer that is an upgrade
 */
public record UpgradeRequest(HeadText text, Refusals refusals, Further further) {
  /** Looks at an answer that is an upgrade. */
  @FunctionalInterface
  public interface Further {
    /** Throws if it is not the right one. */
    void check(ResponseHead answer) throws TransportException;
  }

  /** The head in bytes; the caller owns it. */
  ByteBuf head() {
    return text.toBuffer();
  }

  /**
   * Throws if it is no upgrade.
   *
   * @param behind what was read behind the head; remains the caller's
   */
  void check(ResponseHead answer, ByteBuf behind) throws TransportException {
    // By the number alone: reasons differ from peer to peer.
    if (answer.status() != HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      throw refusals.status(answer, behind);
    }
    if (!answer.upgradesToWebSocket()) {
      throw refusals.wrongAnswer("answered 101, but not to go over to a WebSocket");
    }
    further.check(answer);
  }
}
