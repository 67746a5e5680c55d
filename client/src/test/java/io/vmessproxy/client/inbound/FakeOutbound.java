package io.vmessproxy.client.inbound;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens streams that lead nowhere, or fails to: at once, or when it is told to go on. */
final class FakeOutbound implements Outbound {
  private final ByteBufAllocator alloc;
  private final @Nullable Failure failure;
  private final boolean late;
  private final List<Promise<OpenStream>> waiting = new ArrayList<>();
  private final List<EmbeddedChannel> streams = new ArrayList<>();

  /**
   * @param failure how every stream fails; null: none does
   * @param late whether it waits for {@link #goOn}
   */
  FakeOutbound(ByteBufAllocator alloc, @Nullable Failure failure, boolean late) {
    this.alloc = alloc;
    this.failure = failure;
    this.late = late;
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    Promise<OpenStream> opening = loop.newPromise();
    waiting.add(opening);
    if (!late) {
      goOn();
    }
    return opening;
  }

  /** Finishes what is being opened. */
  void goOn() {
    List<Promise<OpenStream>> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(this::finish);
  }

  private void finish(Promise<OpenStream> opening) {
    if (failure != null) {
      opening.tryFailure(new OutboundException(failure, "connect", "server", "as it was told"));
      return;
    }
    EmbeddedChannel stream = new EmbeddedChannel();
    stream.config().setAllocator(alloc);
    stream.config().setAutoRead(false);
    stream.freezeTime();
    if (opening.trySuccess(new OpenStream(stream, "server", Policy.DEFAULT))) {
      streams.add(stream);
    } else {
      stream.close();
    }
  }

  /** The streams that were opened, in order. */
  List<EmbeddedChannel> streams() {
    return streams;
  }
}
