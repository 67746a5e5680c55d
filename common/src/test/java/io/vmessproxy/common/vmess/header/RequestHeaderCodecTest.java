package io.vmessproxy.common.vmess.header;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeaderCodecTest {
  /** To 127.0.0.1:80 by TCP, aes-128-gcm, options 0x0d, no padding, without its checksum. */
  private static final String PLAIN =
      "01000102030405060708090a0b0c0d0e0ff0e1d2c3b4a5968778695a4b3c2d1e0fa70d030001"
          + "0050017f000001";

  static List<JsonObject> blocks() {
    List<JsonObject> cases = Vectors.of("request_headers", "aead", Vectors::supported);
    assertThat(cases).hasSize(10);
    return cases;
  }

  /** Vectors: {@code request_headers.json}. */
  @ParameterizedTest
  @MethodSource("blocks")
  void isTheReferenceBlockAndBack(JsonObject vector) {
    RequestHeader header = Vectors.header(vector);
    byte[] block = Vectors.bytes(vector, "instruction_block");

    assertThat(RequestHeaderCodec.encode(header, Vectors.bytes(vector, "padding")))
        .isEqualTo(block);
    assertThat(RequestHeaderCodec.decode(block)).isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 02 | version 2 (expected: 1)
          34 | 1d | options 0x1d (expected: without 0x10, authenticated length)
          34 | 09 | options 0x09 (expected: 0x04 masking with 0x08 padding)
          35 | 00 | security 0 (expected: 3 aes-128-gcm, 4 chacha20-poly1305 or 5 none)
          35 | 02 | security 2 (expected: 3 aes-128-gcm, 4 chacha20-poly1305 or 5 none)
          35 | 06 | security 6 (expected: 3 aes-128-gcm, 4 chacha20-poly1305 or 5 none)
          35 | 13 | 0 bytes after the address (expected: 1 padding)
          37 | 04 | command 0x04 (expected: 0x01 TCP, 0x02 UDP or 0x03 mux)
          37 | 03 | 7 bytes after the address (expected: 0 padding)
          40 | 04 | address type 4 (expected: 1 IPv4, 2 domain or 3 IPv6)
          40 | 03 | 49 bytes (expected: more, an address or padding is cut)
          """)
  void namesTheBadField(int offset, String value, String message) {
    byte[] plain = HexFormat.of().parseHex(PLAIN);
    plain[offset] = (byte) HexFormat.fromHexDigits(value);

    assertThatThrownBy(() -> RequestHeaderCodec.decode(checked(plain)))
        .isInstanceOf(VmessException.class)
        .hasMessage("request header: " + message);
  }

  @Test
  void refusesDatagramsInARawBody() {
    byte[] plain = HexFormat.of().parseHex(PLAIN);
    plain[34] = 0;
    plain[35] = 5;
    plain[37] = 2;

    assertThatThrownBy(() -> RequestHeaderCodec.decode(checked(plain)))
        .hasMessage(
            "request header: options 0x00 with security none for UDP (expected: 0x01 chunk"
                + " stream)");
  }

  @Test
  void refusesAWrongChecksum() {
    byte[] block = checked(HexFormat.of().parseHex(PLAIN));
    block[block.length - 1] ^= 1;

    assertThatThrownBy(() -> RequestHeaderCodec.decode(block))
        .hasMessageMatching("request header: checksum [0-9a-f]{8} \\(expected: [0-9a-f]{8}\\)");
  }

  @Test
  void refusesAShortBlock() {
    assertThatThrownBy(() -> RequestHeaderCodec.decode(new byte[41]))
        .hasMessage("request header: 41 bytes (expected: >= 42)");
  }

  @Test
  void refusesAnEmptyDomain() {
    assertThatThrownBy(() -> RequestHeaderCodec.decode(withDomain("")))
        .hasMessage("request header: domain: 0 characters (expected: 1 to 255)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "with:colon", "zero\0byte", "un/path"})
  void refusesADomainWithStrangeCharacters(String domain) {
    assertThatThrownBy(() -> RequestHeaderCodec.decode(withDomain(domain)))
        .isInstanceOf(VmessException.class)
        .hasMessageStartingWith("request header: domain: character 0x");
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.7, 192.0.2.7", "[2001:db8::1], 2001:db8::1", "::ffff:192.0.2.7, 192.0.2.7"})
  void takesALiteralSentAsADomainForAnAddress(String domain, String host) {
    Destination destination = RequestHeaderCodec.decode(withDomain(domain)).destination();

    assertThat(destination).isEqualTo(new Destination(Address.of(host), 80));
    assertThat(destination.address()).isNotInstanceOf(Address.Domain.class);
  }

  @Test
  void refusesToWriteMorePaddingThanItsLengthCanTell() {
    RequestHeader header = RequestHeaderCodec.decode(checked(HexFormat.of().parseHex(PLAIN)));

    assertThatThrownBy(() -> RequestHeaderCodec.encode(header, new byte[16]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("padding: 16 bytes (expected: 0..15)");
  }

  @Test
  void readsBackWhateverItWrites() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      RequestHeader header = randomHeader(random);
      byte[] padding = new byte[random.nextInt(16)];
      random.nextBytes(padding);

      byte[] block = RequestHeaderCodec.encode(header, padding);

      assertThat(block).hasSizeBetween(42, 316);
      assertThat(RequestHeaderCodec.decode(block)).as("seed %d", seed).isEqualTo(header);
    }
  }

  private static RequestHeader randomHeader(Random random) {
    byte[] key = new byte[16];
    byte[] iv = new byte[16];
    random.nextBytes(key);
    random.nextBytes(iv);
    Command command = List.of(Command.values()).get(random.nextInt(3));
    Security security = List.of(Security.values()).get(random.nextInt(3));
    Destination destination =
        command == Command.MUX
            ? null
            : new Destination(randomAddress(random), random.nextInt(0x10000));
    return new RequestHeader(
        SessionKeys.of(key, iv, (byte) random.nextInt()),
        BodyOptions.recommended(security, command),
        security,
        command,
        destination);
  }

  private static Address randomAddress(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> new Address.Ipv4(random.nextInt());
      case 1 -> new Address.Ipv6(random.nextLong() | 1, random.nextLong());
      default -> new Address.Domain("x".repeat(1 + random.nextInt(255)));
    };
  }

  private static byte[] withDomain(String domain) {
    byte[] head = HexFormat.of().parseHex(PLAIN);
    byte[] name = domain.getBytes(US_ASCII);
    return checked(
        ByteBuffer.allocate(42 + name.length)
            .put(head, 0, 40)
            .put((byte) 2)
            .put((byte) name.length)
            .put(name)
            .array());
  }

  private static byte[] checked(byte[] plain) {
    byte[] block = Arrays.copyOf(plain, plain.length + 4);
    ByteBuffer.wrap(block).putInt(plain.length, Fnv1a.of(plain, 0, plain.length));
    return block;
  }
}
