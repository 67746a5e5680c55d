package io.vmessproxy.client.inbound;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vmessproxy.client.socks.PeerSocket;
import io.vmessproxy.common.net.StrangersLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits only connections of this program's own user. Nothing of a connection is read before its
 * owner is known; who cannot be known is not admitted.
 */
public final class SocketOwners {
  private static final Logger LOG = LoggerFactory.getLogger(SocketOwners.class);
  private static final Path SELF = Path.of("/proc/self");
  private static final int MAX_WAITING = 1024;

  private final int own;
  private final ThreadPoolExecutor threads;
  private final StrangersLog log = new StrangersLog(LOG::warn);

  private SocketOwners(int own) {
    this.own = own;
    this.threads =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            work -> {
              Thread thread = new Thread(work, "socket-owners");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Whether this system tells whose a connection is. */
  public static boolean known() {
    return ownUser().isPresent();
  }

  /**
   * For the user that runs this program.
   *
   * @throws IllegalStateException where the system does not tell
   */
  public static SocketOwners ofThisUser() {
    return new SocketOwners(
        ownUser().orElseThrow(() -> new IllegalStateException("no owners of sockets here")));
  }

  static SocketOwners of(int user) {
    return new SocketOwners(user);
  }

  private static OptionalInt ownUser() {
    try {
      return OptionalInt.of((int) Files.getAttribute(SELF, "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return OptionalInt.empty(); // Another system.
    }
  }

  /** Stands first in a connection's pipeline, and leaves when its owner is known to be the one. */
  ChannelInboundHandlerAdapter gate() {
    return new Gate();
  }

  private final class Gate extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(false);
      InetSocketAddress peer = (InetSocketAddress) ctx.channel().remoteAddress();
      InetSocketAddress local = (InetSocketAddress) ctx.channel().localAddress();
      try {
        threads.execute(
            () -> {
              OptionalInt owner = PeerSocket.owner(peer, local);
              ctx.executor().execute(() -> decide(ctx, owner));
            });
      } catch (RejectedExecutionException e) {
        refuse(ctx, "%d others wait for their owners already".formatted(MAX_WAITING));
      }
    }

    private void decide(ChannelHandlerContext ctx, OptionalInt owner) {
      if (ctx.isRemoved()) {
        return;
      }
      if (owner.isPresent() && owner.getAsInt() == own) {
        ctx.channel().config().setAutoRead(true);
        ctx.pipeline().remove(this);
        return;
      }
      String whose =
          owner.isPresent() ? "user " + owner.getAsInt() : "another machine, or nobody any more";
      refuse(ctx, "of %s (expected: user %d)".formatted(whose, own));
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
      log.write("--same-user: a connection closed", why);
      ctx.close();
    }
  }
}
