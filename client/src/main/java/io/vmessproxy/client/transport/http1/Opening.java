package io.vmessproxy.client.transport.http1;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.transport.OutboundTransport;
import java.util.function.BiConsumer;

/** Puts a layer on the one below. */
public final class Opening {
  private Opening() {}

  /**
   * Opens the layer below, then starts this one's handshake.
   *
   * @param handshake completes the promise with the channel it was given, or fails it, on the event
   *     loop; the channel of a failed one is closed
   */
  public static Future<Channel> open(
      OutboundTransport below, EventLoop loop, BiConsumer<Channel, Promise<Channel>> handshake) {
    Promise<Channel> promise = loop.newPromise();
    Future<Channel> connecting = below.open(loop);
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            promise.tryFailure(connected.cause());
            return;
          }
          start(connecting.getNow(), promise, handshake);
        });
    promise.addListener(
        done -> {
          if (done.isCancelled()) {
            connecting.cancel(false);
          }
        });
    return promise;
  }

  private static void start(
      Channel channel, Promise<Channel> promise, BiConsumer<Channel, Promise<Channel>> handshake) {
    if (promise.isDone()) {
      channel.close();
      return;
    }
    promise.addListener(
        done -> {
          if (!done.isSuccess()) {
            channel.close();
          }
        });
    handshake.accept(channel, promise);
  }
}
