package io.vmessproxy.common.vmess.body;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** One body of {@code bodies.json}, and how tests drive decoders. */
record BodyCase(String name, RequestHeader header, boolean request, JsonObject vector) {

  static BodyCase of(JsonObject vector) {
    Command command = vector.get("packet").getAsBoolean() ? Command.UDP : Command.TCP;
    return new BodyCase(
        Vectors.text(vector, "desc"),
        header(
            SessionKeys.of(
                Vectors.bytes(vector, "request_key"),
                Vectors.bytes(vector, "request_iv"),
                (byte) 0),
            Security.of(Vectors.number(vector, "security")),
            Vectors.number(vector, "option"),
            command),
        Vectors.text(vector, "direction").equals("request"),
        vector);
  }

  static RequestHeader header(SessionKeys keys, Security security, int options, Command command) {
    return new RequestHeader(
        keys,
        new BodyOptions(options),
        security,
        command,
        new Destination(Address.of("there.example"), 80));
  }

  BodyDecoder decoder() {
    return request ? BodyPipeline.requestDecoder(header) : BodyPipeline.responseDecoder(header);
  }

  boolean chunked() {
    return header.security() != Security.NONE || header.options().chunkStream();
  }

  List<byte[]> chunks() {
    return Vectors.list(vector, "chunks");
  }

  List<byte[]> payloads() {
    return Vectors.list(vector, "payloads");
  }

  static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Feeds {@code wire} from {@code from} to {@code to} and adds what comes out to {@code out}. */
  static void feed(
      BodyDecoder decoder,
      ByteBufAllocator alloc,
      byte[] wire,
      int from,
      int to,
      ByteArrayOutputStream out) {
    ByteBuf in = alloc.buffer(Math.max(1, to - from)).writeBytes(wire, from, to - from);
    try {
      ByteBuf plain = decoder.decode(alloc, in);
      if (in.isReadable()) {
        throw new AssertionError(in.readableBytes() + " bytes not consumed");
      }
      if (plain != null) {
        out.writeBytes(ByteBufUtil.getBytes(plain));
        plain.release();
      }
    } finally {
      in.release();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
