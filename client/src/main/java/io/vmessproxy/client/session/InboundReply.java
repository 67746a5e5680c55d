package io.vmessproxy.client.session;

/**
 * How a front end tells its application how the connection went. One of the two methods is called,
 * once, on the application channel's event loop.
 */
public interface InboundReply {
  /**
   * The server's leg stands and the relay is in place behind the handshake: the front end writes
   * its success, then leaves the pipeline and passes on what it has read too far.
   */
  void connected();

  /** Nothing will come: the front end writes its protocol's failure and closes the channel. */
  void failed(OutboundException cause);
}
