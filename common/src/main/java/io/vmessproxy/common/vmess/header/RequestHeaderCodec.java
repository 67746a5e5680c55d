package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The plain request header, called the instruction block, 42 to 316 bytes.
 *
 * <pre>
 *   1   16   16    1   1         4 bits    4          1          1         2     1      n
 * +---+----+-----+---+---------+---------+----------+----------+---------+------+------+---------+
 * | 1 | IV | key | V | options | padding | security | reserved | command | port | type | address |
 * +---+----+-----+---+---------+---------+----------+----------+---------+------+------+---------+
 *                                                                        \__ not with mux _______/
 *   padding   4
 * +---------+--------------------------+
 * | random  | FNV-1a of all before it  |   type 1: 4 octets, 2: a length byte and a name, 3: 16 octets
 * +---------+--------------------------+
 * </pre>
 *
 * <p>Source: VMess specification, "Request", the instruction section.
 */
final class RequestHeaderCodec {
  /** The longest padding that its 4 bits can tell. */
  static final int MAX_PADDING_BYTES = 15;

  /** A block for mux without padding. */
  static final int MIN_BLOCK_BYTES = 42;

  /** A block with the longest domain and padding. */
  static final int MAX_BLOCK_BYTES = 316;

  private static final int FIXED_BYTES = 38;
  private static final int ADDRESS_OFFSET = FIXED_BYTES + 2 + 1;
  private static final int VERSION = 1;
  private static final int TYPE_IPV4 = 1;
  private static final int TYPE_DOMAIN = 2;
  private static final int TYPE_IPV6 = 3;

  private RequestHeaderCodec() {}

  /**
   * The block for a header.
   *
   * @param padding 0 to 15 random bytes
   */
  static byte[] encode(RequestHeader header, byte[] padding) {
    if (padding.length > MAX_PADDING_BYTES) {
      throw new IllegalArgumentException(
          "padding: %d bytes (expected: 0..15)".formatted(padding.length));
    }
    ByteBuffer block = ByteBuffer.allocate(MAX_BLOCK_BYTES);
    block.put((byte) VERSION);
    block.put(header.keys().requestIv());
    block.put(header.keys().requestKey());
    block.put(header.keys().responseAuth());
    block.put((byte) header.options().bits());
    block.put((byte) ((padding.length << 4) | header.security().code()));
    block.put((byte) 0);
    block.put((byte) header.command().code());
    Destination destination = header.destination();
    if (destination != null) {
      block.putShort((short) destination.port());
      putAddress(block, destination.address());
    }
    block.put(padding);
    block.putInt(Fnv1a.of(block.array(), 0, block.position()));
    return Arrays.copyOf(block.array(), block.position());
  }

  private static void putAddress(ByteBuffer block, Address address) {
    if (address instanceof Address.Ipv4 ipv4) {
      block.put((byte) TYPE_IPV4).putInt(ipv4.value());
    } else if (address instanceof Address.Ipv6 ipv6) {
      block.put((byte) TYPE_IPV6).putLong(ipv6.high()).putLong(ipv6.low());
    } else if (address instanceof Address.Domain domain) {
      byte[] name = domain.bytes();
      block.put((byte) TYPE_DOMAIN).put((byte) name.length).put(name);
    }
  }

  /**
   * How many bytes a block has, as far as its first {@code length} ones tell: more than that while
   * it goes on, as many once it is whole.
   *
   * @throws VmessException if they are no block's
   */
  static int neededBytes(byte[] block, int length) {
    if (length < FIXED_BYTES) {
      return FIXED_BYTES;
    }
    int paddingAndChecksum = ((block[35] & 0xff) >>> 4) + Fnv1a.BYTES;
    if (Command.of(block[37] & 0xff) == Command.MUX) {
      return FIXED_BYTES + paddingAndChecksum;
    }
    if (length < ADDRESS_OFFSET) {
      return ADDRESS_OFFSET;
    }
    int type = block[ADDRESS_OFFSET - 1] & 0xff;
    if (type == TYPE_DOMAIN && length == ADDRESS_OFFSET) {
      return ADDRESS_OFFSET + 1;
    }
    int addressBytes =
        switch (type) {
          case TYPE_IPV4 -> Address.Ipv4.BYTES;
          case TYPE_DOMAIN -> 1 + (block[ADDRESS_OFFSET] & 0xff);
          case TYPE_IPV6 -> Address.Ipv6.BYTES;
          default -> throw wrongAddressType(type);
        };
    return ADDRESS_OFFSET + addressBytes + paddingAndChecksum;
  }

  /**
   * The header in a whole block.
   *
   * @param form how the block was sealed
   * @throws VmessException if a field is wrong, or asks for what is not supported
   */
  static RequestHeader decode(byte[] block, HeaderForm form) {
    if (block.length < MIN_BLOCK_BYTES) {
      throw wrong("%d bytes (expected: >= 42)".formatted(block.length));
    }
    ByteBuffer in = ByteBuffer.wrap(block, 0, block.length - Fnv1a.BYTES);
    int checksum = ByteBuffer.wrap(block).getInt(in.limit());
    int expected = Fnv1a.of(block, 0, in.limit());
    if (checksum != expected) {
      throw wrong("checksum %08x (expected: %08x)".formatted(checksum, expected));
    }
    try {
      return read(in, form);
    } catch (BufferUnderflowException e) {
      throw wrong(
          "%d bytes (expected: more, an address or padding is cut)".formatted(block.length));
    }
  }

  private static RequestHeader read(ByteBuffer in, HeaderForm form) {
    int version = readByte(in);
    if (version != VERSION) {
      throw wrong("version %d (expected: 1)".formatted(version));
    }
    byte[] iv = readBytes(in, SessionKeys.BYTES);
    byte[] key = readBytes(in, SessionKeys.BYTES);
    byte responseAuth = in.get();
    BodyOptions options = readOptions(in);
    int paddingAndSecurity = readByte(in);
    int padding = paddingAndSecurity >>> 4;
    Security security = Security.of(paddingAndSecurity & 0x0f);
    in.get(); // reserved
    Command command = Command.of(readByte(in));
    Destination destination = readDestination(in, command);
    if (in.remaining() != padding) {
      throw wrong(
          "%d bytes after the address (expected: %d padding)".formatted(in.remaining(), padding));
    }
    if (command == Command.UDP && !security.sealsPayloads() && !options.chunkStream()) {
      throw wrong(
          "options %s with security %s for UDP (expected: 0x01 chunk stream)"
              .formatted(options, security.text()));
    }
    return new RequestHeader(
        SessionKeys.of(key, iv, responseAuth, form), options, security, command, destination);
  }

  private static BodyOptions readOptions(ByteBuffer in) {
    BodyOptions options = new BodyOptions(readByte(in));
    if (options.padding() && !options.masking()) {
      throw wrong("options %s (expected: 0x04 masking with 0x08 padding)".formatted(options));
    }
    return options;
  }

  private static @Nullable Destination readDestination(ByteBuffer in, Command command) {
    if (command == Command.MUX) {
      return null;
    }
    int port = in.getShort() & 0xffff;
    return new Destination(readAddress(in), port);
  }

  private static Address readAddress(ByteBuffer in) {
    int type = readByte(in);
    return switch (type) {
      case TYPE_IPV4 -> Address.ofBytes(readBytes(in, Address.Ipv4.BYTES));
      case TYPE_DOMAIN -> readDomain(in);
      case TYPE_IPV6 -> Address.ofBytes(readBytes(in, Address.Ipv6.BYTES));
      default -> throw wrongAddressType(type);
    };
  }

  /** Some clients send literals as names, so a name may turn out to be one. */
  private static Address readDomain(ByteBuffer in) {
    byte[] name = readBytes(in, readByte(in));
    try {
      return Address.of(new String(name, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private static int readByte(ByteBuffer in) {
    return in.get() & 0xff;
  }

  private static byte[] readBytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static VmessException wrongAddressType(int type) {
    return wrong("address type %d (expected: 1 IPv4, 2 domain or 3 IPv6)".formatted(type));
  }

  private static VmessException wrong(@Nullable String what) {
    return new VmessException("request header: " + what);
  }
}
