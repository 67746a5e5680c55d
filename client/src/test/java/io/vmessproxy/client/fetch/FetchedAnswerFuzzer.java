package io.vmessproxy.client.fetch;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * What a web server answers to a fetch, packed and damaged for one, cut anywhere: one answer or one
 * failure comes of it, within bounds, and no buffer is left.
 */
public final class FetchedAnswerFuzzer {
  private static final int MAX_BODY_BYTES = 4096;

  /** A piece unpacks to a thousand times its size at most, and is let go of as it comes. */
  private static final long MAX_KEPT_BYTES = 1 << 24;

  private FetchedAnswerFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    byte[] wire = in.nextBoolean() ? packed(in) : in.rest();
    CountingAllocator alloc = new CountingAllocator();
    Told told = new Told();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    Fetch.addHandlers(
        channel.pipeline(),
        new FirstByte(),
        new AnswerHandler("target.example", MAX_BODY_BYTES, told));
    channel.writeOutbound(
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/", alloc.buffer(0)));
    for (byte[] piece : FuzzInput.cut(wire, cuts)) {
      if (channel.isOpen()) {
        channel.writeInbound(alloc.buffer(piece.length).writeBytes(piece));
      }
    }
    channel.finishAndReleaseAll();
    told.check();
    alloc.check(MAX_KEPT_BYTES + 4L * data.length);
  }

  /** A head, and what is left as a packed body, damaged. */
  private static byte[] packed(FuzzInput in) {
    int zeros = in.nextShort() * in.next(64);
    byte[] body;
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GZIPOutputStream packer = new GZIPOutputStream(bytes)) {
      packer.write(new byte[zeros]);
      packer.finish();
      body = bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] damaged = in.damage(body);
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Encoding: " + in.pick("gzip", "deflate", "br") + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.writeBytes(head);
    wire.writeBytes(damaged);
    wire.writeBytes(in.rest());
    return wire.toByteArray();
  }

  private static final class Told implements AnswerHandler.Listener {
    private int times;
    private String what = "";

    @Override
    public void answered(
        int status, Map<String, List<String>> headers, byte[] body, boolean complete, String why) {
      times++;
      what = status + " " + ByteBufUtil.hexDump(body);
      if (body.length > MAX_BODY_BYTES) {
        throw new AssertionError("a body of " + body.length + " bytes");
      }
    }

    @Override
    public void failed(IOException cause) {
      times++;
      what = String.valueOf(cause.getMessage());
      if (!what.startsWith("target.example: ")) {
        throw new AssertionError(what);
      }
    }

    void check() {
      if (times != 1) {
        throw new AssertionError("told " + times + " times, at last: " + what);
      }
    }
  }
}
