package io.vmessproxy.common;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/** Test vectors from files; {@code vectors/README.md} beside them tells where they come from. */
public final class Vectors {
  private Vectors() {}

  /** The objects of one list in {@code vectors/<file>.json} that {@code wanted} lets through. */
  public static List<JsonObject> of(String file, String list, Predicate<JsonObject> wanted) {
    List<JsonObject> found = new ArrayList<>();
    for (JsonElement element : read(file).getAsJsonArray(list)) {
      if (wanted.test(element.getAsJsonObject())) {
        found.add(element.getAsJsonObject());
      }
    }
    return found;
  }

  private static JsonObject read(String file) {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file + ".json")) {
      if (in == null) {
        throw new IllegalStateException("no vectors/" + file + ".json");
      }
      return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of a field in hex. */
  public static byte[] bytes(JsonObject vector, String field) {
    return HexFormat.of().parseHex(vector.get(field).getAsString());
  }

  /** The bytes of a field that is a list of hex texts. */
  public static List<byte[]> list(JsonObject vector, String field) {
    List<byte[]> all = new ArrayList<>();
    for (JsonElement element : (JsonArray) vector.get(field)) {
      all.add(HexFormat.of().parseHex(element.getAsString()));
    }
    return all;
  }

  public static int number(JsonObject vector, String field) {
    return vector.get(field).getAsInt();
  }

  public static String text(JsonObject vector, String field) {
    return vector.get(field).getAsString();
  }

  /** The form that a boolean field tells: AEAD if it is true. */
  public static HeaderForm form(JsonObject vector, String field) {
    return vector.get(field).getAsBoolean() ? HeaderForm.AEAD : HeaderForm.LEGACY;
  }

  /** The header that the fields iv, key, v, option, security, command, host and port describe. */
  public static RequestHeader header(JsonObject vector, HeaderForm form) {
    Command command = Command.of(number(vector, "command"));
    return new RequestHeader(
        SessionKeys.of(bytes(vector, "key"), bytes(vector, "iv"), (byte) number(vector, "v"), form),
        new BodyOptions(number(vector, "option")),
        Security.of(number(vector, "security")),
        command,
        command == Command.MUX
            ? null
            : new Destination(Address.of(text(vector, "host")), number(vector, "port")));
  }
}
