package io.vmessproxy.common.net;

import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A look-up that runs, or waits for a thread, and who waits for it. Its owner guards it. */
final class PendingLookUp {
  final String host;
  final long since; // by System.nanoTime

  private List<Promise<List<InetAddress>>> waiting = new ArrayList<>(1);

  PendingLookUp(String host, long since) {
    this.host = host;
    this.since = since;
  }

  void add(Promise<List<InetAddress>> promise) {
    waiting.add(promise);
  }

  /** Those who waited; they are not told twice. */
  List<Promise<List<InetAddress>>> takeWaiting() {
    List<Promise<List<InetAddress>>> taken = waiting;
    waiting = List.of();
    return taken;
  }
}
