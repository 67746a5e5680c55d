package io.vmessproxy.common.net;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/**
 * Netty's epoll, without two faults of 4.2.18 that break connections of a proxy.
 *
 * <p>A batch of events may close one socket and open another that gets the same descriptor; an
 * event of the old one that is still in the batch then goes to the new one, which is read before it
 * is connected. Here a socket hears nothing in the turn in which it was registered.
 *
 * <p>A socket of which nothing is wanted for the moment (behind a FIN, with reading off) is taken
 * out of epoll, but remembered as being in it; what is wanted of it next fails with "No such file
 * or directory", and so does its end, which makes an exception a connection. Here such a socket
 * stays, for something that never happens.
 */
final class SteadyEpoll implements IoHandler {
  private static final int EPOLLPRI = 0x002;
  private static final int EPOLLET = 1 << 31;

  /** Urgent bytes, which nobody sends. What epoll tells unasked, it tells once. */
  private static final EpollIoOps NEVER = EpollIoOps.valueOf(EPOLLPRI | EPOLLET);

  private final IoHandler epoll;
  private long turn;

  private SteadyEpoll(IoHandler epoll) {
    this.epoll = epoll;
  }

  static IoHandlerFactory newFactory() {
    IoHandlerFactory factory = EpollIoHandler.newFactory();
    return executor -> new SteadyEpoll(factory.newHandler(executor));
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    Socket socket = new Socket((EpollIoHandle) handle);
    socket.registration = epoll.register(socket);
    return socket;
  }

  @Override
  public int run(IoHandlerContext context) {
    turn++;
    return epoll.run(context);
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return epoll.isCompatible(handleType);
  }

  /** Stands between a channel and epoll, in both directions. On its event loop. */
  private final class Socket implements EpollIoHandle, IoRegistration {
    private final EpollIoHandle channel;
    private final long registeredIn = turn;
    private IoRegistration registration;
    private boolean added;
    private boolean resting;

    Socket(EpollIoHandle channel) {
      this.channel = channel;
    }

    @Override
    public FileDescriptor fd() {
      return channel.fd();
    }

    @Override
    public void handle(IoRegistration delegate, IoEvent event) {
      if (registeredIn != turn && !resting) {
        channel.handle(this, event);
      }
    }

    @Override
    public long submit(IoOps ops) {
      resting = added && EpollIoOps.NONE.equals(ops);
      added |= !EpollIoOps.NONE.equals(ops);
      return registration.submit(resting ? NEVER : ops);
    }

    @Override
    public void registered() {
      channel.registered();
    }

    @Override
    public void unregistered() {
      channel.unregistered();
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (Exception e) {
        throw new IllegalStateException("epoll: cannot close a socket", e);
      }
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // The interface is so.
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }
}
