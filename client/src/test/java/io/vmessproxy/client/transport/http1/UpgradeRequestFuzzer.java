package io.vmessproxy.client.transport.http1;

import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.UnjoinedGuard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a stranger sends to the server's end of a transport over HTTP/1.1, with a right request
 * before it or without: nothing is thrown, he is answered with HTTP or let in once, and what
 * follows the head of a stream without frames is all there.
 */
public final class UpgradeRequestFuzzer {
  private static final TransportSettings[] TRANSPORTS = {
    new HttpHeader("GET", List.of("/p"), Map.of()),
    new HttpUpgrade("/p", null, Map.of()),
    new WebSocket("/p", null, Map.of(), null),
    new WebSocket("/p", null, Map.of(), new EarlyData(8, "")),
    new WebSocket("/p", null, Map.of(), new EarlyData(8, "X")),
  };

  private static final String UPGRADE =
      "GET /p HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
  private static final String WEBSOCKET = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n";

  private UpgradeRequestFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    FuzzInput in = new FuzzInput(data);
    TransportSettings settings = in.pick(TRANSPORTS);
    boolean rightHead = in.nextBoolean();
    byte[] cuts = in.cuts();
    FuzzedWire wire = new FuzzedWire();
    AtomicInteger streams = new AtomicInteger();
    Transports.inbound(settings, null).accept(wire.channel(), stream -> streams.incrementAndGet());
    wire.channel().pipeline().addLast(UnjoinedGuard.INSTANCE);
    if (rightHead) {
      String head = UPGRADE + (settings instanceof WebSocket ? WEBSOCKET : "") + "\r\n";
      wire.receive(head.getBytes(StandardCharsets.US_ASCII), new byte[4]);
    }
    byte[] rest = in.rest();
    wire.receive(rest, cuts);
    check(settings, streams.get(), rightHead, wire);
    if (rightHead && !(settings instanceof WebSocket)) {
      wire.checkReceived(rest);
    }
    wire.end();
  }

  private static void check(
      TransportSettings settings, int streams, boolean rightHead, FuzzedWire wire) {
    if (streams > 1 || (rightHead && streams == 0)) {
      throw new AssertionError(streams + " streams");
    }
    String answer = wire.sentText();
    boolean silent = answer.isEmpty() && (streams == 0 || settings instanceof HttpHeader);
    if (!silent && !answer.startsWith(streams == 1 ? "HTTP/1.1 101 " : "HTTP/1.1 40")) {
      throw new AssertionError(streams + " streams, answered " + answer);
    }
  }
}
