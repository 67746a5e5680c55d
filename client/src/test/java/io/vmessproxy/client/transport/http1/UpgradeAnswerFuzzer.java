package io.vmessproxy.client.transport.http1;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.Layering;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server sends to the client's end of a transport over HTTP/1.1, with a right head before it
 * or without: nothing is thrown, a failed opening has a cause and closes, and what follows the head
 * of a stream without frames is all there.
 */
public final class UpgradeAnswerFuzzer {
  private static final TransportSettings[] TRANSPORTS = {
    new HttpHeader("GET", List.of("/"), Map.of()),
    new HttpUpgrade("/", null, Map.of()),
    new WebSocket("/", null, Map.of(), null),
    new WebSocket("/", null, Map.of(), new EarlyData(8, "X")),
  };
  private static final Destination SERVER = new Destination(Address.of("a.example"), 80);
  private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");

  private UpgradeAnswerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    TransportSettings settings = in.pick(TRANSPORTS);
    boolean rightHead = in.nextBoolean();
    byte[] cuts = in.cuts();
    FuzzedWire wire = new FuzzedWire();
    OutboundTransport below = loop -> loop.newSucceededFuture(wire.channel());
    Future<Channel> opening =
        Transports.outbound(
                below,
                SERVER,
                new StreamSettings(settings, null),
                Duration.ofSeconds(4),
                Layering.NONE)
            .open(wire.channel().eventLoop());
    wire.channel().writeAndFlush(wire.channel().alloc().buffer().writeZero(12));
    if (rightHead) {
      wire.receive(head(wire.sentText()), new byte[4]);
    }
    wire.channel().config().setAutoRead(true);
    byte[] rest = in.rest();
    wire.receive(rest, cuts);
    check(opening, wire);
    if (rightHead && !(settings instanceof WebSocket)) {
      wire.checkReceived(rest);
    }
    wire.end();
  }

  private static byte[] head(String request) {
    Matcher key = KEY.matcher(request);
    String accept = key.find() ? "Sec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n" : "";
    String head =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    return (head + accept + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static String accept(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void check(Future<Channel> opening, FuzzedWire wire) {
    boolean open = wire.channel().isOpen();
    if (opening.cause() != null && (open || !(opening.cause() instanceof TransportException))) {
      throw new AssertionError("failed, and open: " + open, opening.cause());
    }
    if (LateFailure.of(wire.channel()).isPresent() && open) {
      throw new AssertionError("open with " + LateFailure.of(wire.channel()));
    }
  }
}
