package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpContent;

/** One request that {@link HttpProxyHandshake} has accepted, until its answer is written. */
interface Exchange {
  /** A piece of the request's body, the last one included. Releases it or hands it on. */
  void content(HttpContent content);

  /** The pieces that came together are all handed over. */
  default void contentComplete() {}

  /** The application's channel takes bytes again, or does not. */
  default void clientWritabilityChanged() {}

  /** The application will send no more. */
  default void clientEnded() {}

  /** The application's channel is closed. */
  default void clientGone() {}
}
