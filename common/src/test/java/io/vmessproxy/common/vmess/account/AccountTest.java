package io.vmessproxy.common.vmess.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.Security;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountTest {
  private static final UserId ID = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");

  @ParameterizedTest
  @CsvSource({
    "AES_128_GCM, TCP, 0x1d",
    "AES_128_GCM, UDP, 0x15",
    "CHACHA20_POLY1305, MUX, 0x1d",
    "AES_128_CFB, TCP, 0x01",
    "NONE, TCP, 0x05",
    "ZERO, TCP, 0x00"
  })
  void sealsSizesWherePayloadsAreSealed(Security security, Command command, String options) {
    assertThat(new Account(ID, 0, security, 0, true).bodyOptions(command)).hasToString(options);
  }

  @Test
  void sealsSizesOnlyWhenToldTo() {
    assertThat(new Account(ID, 0, Security.AES_128_GCM, 0).bodyOptions(Command.TCP))
        .hasToString("0x0d");
  }

  @ParameterizedTest
  @CsvSource({
    "65536, 0, 0, 0, suggested port: 65536 (expected: 0..65535)",
    "1, -1, 0, 0, suggested alterId: -1 (expected: 0..65535)",
    "1, 0, 256, 0, suggested level: 256 (expected: 0..255)",
    "1, 0, 0, 256, suggested minutes: 256 (expected: 0..255)"
  })
  void aSuggestionFitsItsFields(int port, int alterId, int level, int minutes, String message) {
    assertThatThrownBy(() -> new SwitchAccount(null, port, ID, alterId, level, minutes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void aSuggestedHostLeavesRoomForTheOtherFields() {
    Address longest = new Address.Domain("x".repeat(228));
    Address tooLong = new Address.Domain("x".repeat(229));

    assertThat(new SwitchAccount(longest, 1, ID, 0, 0, 0).host()).isEqualTo(longest);
    assertThatThrownBy(() -> new SwitchAccount(tooLong, 1, ID, 0, 0, 0))
        .hasMessage("suggested host: 229 characters (expected: at most 228)");
  }
}
