package io.vmessproxy.common.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** A program of its own, which {@link OutOfDescriptorsTest} starts: it has few descriptors. */
final class FewDescriptors {
  private final EventLoopGroup loops = EventLoops.group(1);
  private final Dialer dialer = new Dialer(new SystemResolver());
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<FileInputStream> files = new ArrayDeque<>();

  private FewDescriptors() throws IOException {}

  public static void main(String[] args) throws IOException {
    try {
      new FewDescriptors().run(System.out);
    } finally {
      System.out.flush();
      Runtime.getRuntime().halt(0);
    }
  }

  private void run(PrintStream out) throws IOException {
    // The classes that are wanted later come from files here; in the program they come from a jar.
    FailedAttempts classes = new FailedAttempts();
    classes.add(new OutOfDescriptors());
    classes.add(new IOException("Too many open files"));
    out.println("before " + dials());
    fill();
    out.println("full " + dials());
    while (!files.isEmpty()) {
      files.remove().close();
    }
    out.println("after " + dials());
  }

  /** By address, by a name that is known, and by one that is not. */
  private String dials() {
    return dial("127.0.0.1") + " " + dial("localhost") + " " + dial("no-such-name.invalid");
  }

  private String dial(String host) {
    Destination to = new Destination(Address.of(host), server.getLocalPort());
    Future<Channel> dialed =
        dialer.dial(to, false, Duration.ofSeconds(10), loops.next()).awaitUninterruptibly();
    if (dialed.isSuccess()) {
      dialed.getNow().close().awaitUninterruptibly();
      return "connected";
    }
    return dialed.cause().getClass().getSimpleName();
  }

  private void fill() {
    try {
      while (true) {
        files.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      // That is what it was for.
    }
  }
}
