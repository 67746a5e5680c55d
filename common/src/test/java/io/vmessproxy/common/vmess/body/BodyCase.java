package io.vmessproxy.common.vmess.body;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.crypto.RandomBytes;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** One body of {@code bodies.json}, and how tests drive decoders. */
record BodyCase(String name, RequestHeader header, boolean request, JsonObject vector) {

  /** The vectors' own, which their legacy response headers begin with. */
  private static final byte RESPONSE_AUTH = (byte) 0xa7;

  static BodyCase of(JsonObject vector) {
    Command command = vector.get("packet").getAsBoolean() ? Command.UDP : Command.TCP;
    return new BodyCase(
        Vectors.text(vector, "desc"),
        header(
            SessionKeys.of(
                Vectors.bytes(vector, "request_key"),
                Vectors.bytes(vector, "request_iv"),
                RESPONSE_AUTH,
                vector.get("aead_keys").isJsonNull()
                    ? HeaderForm.AEAD
                    : Vectors.form(vector, "aead_keys")),
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
    return request
        ? BodyPipeline.requestDecoder(header)
        : BodyPipeline.responseDecoder(header, decryptingStream());
  }

  BodyEncoder encoder(RandomBytes padding) {
    if (request) {
      return BodyPipeline.requestEncoder(header, padding);
    }
    AesCfb stream = ResponseHeaderCodec.encryptingStream(header.keys());
    ResponseHeaderCodec.encode(header.keys(), null, stream, Unpooled.buffer());
    return BodyPipeline.responseEncoder(header, stream, padding);
  }

  /** The body's CFB stream, behind the response header where there is one in it. */
  private AesCfb decryptingStream() {
    SessionKeys keys = header.keys();
    if (request) {
      return AesCfb.decrypting(keys.requestKey(), keys.requestIv());
    }
    AesCfb stream = ResponseHeaderCodec.decryptingStream(keys);
    ByteBuf wire = Unpooled.buffer();
    ResponseHeaderCodec.encode(keys, null, wire);
    ResponseHeaderCodec.decode(wire, keys, stream);
    return stream;
  }

  /** The chunks as they are inside the CFB stream, if there is one. */
  List<byte[]> decryptedChunks() {
    List<byte[]> chunks = chunks();
    if (header.security() == Security.AES_128_CFB) {
      AesCfb stream = decryptingStream();
      chunks.forEach(chunk -> stream.apply(chunk, 0, chunk.length));
    }
    return chunks;
  }

  boolean chunked() {
    return header.security().sealsPayloads() || header.options().chunkStream();
  }

  /** Length of the size field, with which the end is known. */
  int sizeBytes() {
    return header.options().authenticatedLength() ? 18 : 2;
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
    feed(decoder, alloc, wire, from, to).forEach(out::writeBytes);
  }

  /**
   * Feeds {@code wire} from {@code from} to {@code to}; returns what comes out, buffer by buffer.
   */
  static List<byte[]> feed(
      BodyDecoder decoder, ByteBufAllocator alloc, byte[] wire, int from, int to) {
    ByteBuf in = alloc.buffer(Math.max(1, to - from)).writeBytes(wire, from, to - from);
    List<byte[]> out = new ArrayList<>();
    try {
      do {
        ByteBuf plain = decoder.decode(alloc, in);
        if (plain != null) {
          out.add(ByteBufUtil.getBytes(plain));
          plain.release();
        } else if (in.isReadable()) {
          throw new AssertionError(in.readableBytes() + " bytes not consumed");
        }
      } while (in.isReadable());
    } finally {
      in.release();
    }
    return out;
  }

  @Override
  public String toString() {
    return name;
  }
}
