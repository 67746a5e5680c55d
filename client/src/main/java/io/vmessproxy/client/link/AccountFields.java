package io.vmessproxy.client.link;

import com.google.gson.JsonObject;
import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.function.Consumer;

/** The fields that accounts have at both ends; what is left out has its default. */
final class AccountFields {
  private final String path;
  private final JsonObject account;

  /**
   * @param path where the account stands
   */
  AccountFields(String path, JsonObject account) {
    this.path = path;
    this.account = account;
  }

  /**
   * The id.
   *
   * @param warnings told where it is no UUID
   */
  UserId id(Consumer<String> warnings) {
    String at = JsonTree.member(path, "id");
    String text = JsonValues.string(at, JsonValues.require(path, account, "id"), "UUID");
    return AccountText.id(at, text, warnings);
  }

  int alterId(int otherwise) {
    String at = JsonTree.member(path, "alterId");
    return account.has("alterId")
        ? AccountText.alterId(at, JsonValues.number(at, account.get("alterId"), "0..65535"))
        : otherwise;
  }

  int level() {
    String at = JsonTree.member(path, "level");
    return account.has("level")
        ? AccountText.level(at, JsonValues.number(at, account.get("level"), "0..255"))
        : AccountText.DEFAULT_LEVEL;
  }

  Security security() {
    String at = JsonTree.member(path, "security");
    return account.has("security")
        ? AccountText.security(
            at, JsonValues.string(at, account.get("security"), "security's name"))
        : Security.auto();
  }

  /** The email in lower case; empty if it is left out or empty. */
  String email() {
    String at = JsonTree.member(path, "email");
    if (!account.has("email")) {
      return "";
    }
    String text = JsonValues.string(at, account.get("email"), "name");
    return text.isEmpty() ? "" : AccountText.email(at, text);
  }
}
