package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCodecTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 80, 0050017f000001",
    "example.com, 443, 01bb020b6578616d706c652e636f6d",
    "2001:db8::1, 53, 00350320010db8000000000000000000000001",
    "1.2.3.4, 65535, ffff0101020304"
  })
  void writesPortTypeAndAddressAndReadsThemBack(String host, int port, String wire) {
    Destination destination = new Destination(Address.of(host), port);
    ByteBuf out = Unpooled.buffer();

    AddressCodec.write(destination, out);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(wire);
    assertThat(AddressCodec.read(out)).isEqualTo(destination);
    assertThat(out.isReadable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "00500207312e322e332e34, 1.2.3.4:80",
    "00500300000000000000000000ffff01020304, 1.2.3.4:80"
  })
  void readsLiteralsThatAreSentAsSomethingElse(String wire, String destination) {
    assertThat(AddressCodec.read(bytes(wire))).hasToString(destination);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "005004aabbccdd | address type 4 (expected: 1 IPv4, 2 domain or 3 IPv6)",
        "00500200 | domain: 0 characters (expected: 1 to 255)",
        "005002026120 | domain: character 0x20 at 1 (expected: letters, digits, '.', '-' and '_')"
      })
  void refusesWhatIsNoAddress(String wire, String message) {
    assertThatThrownBy(() -> AddressCodec.read(bytes(wire)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0050017f000001",
        "01bb020b6578616d706c652e636f6d",
        "00350320010db8000000000000000000000001"
      })
  void refusesAnAddressThatIsCutAnywhere(String wire) {
    ByteBuf whole = bytes(wire);

    for (int length = 0; length < whole.readableBytes(); length++) {
      ByteBuf cut = whole.slice(0, length);
      assertThatThrownBy(() -> AddressCodec.read(cut))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("it is cut)");
    }
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
  }
}
