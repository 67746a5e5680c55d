package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Command lines with one mistake each, of all commands but {@code link}: what they print, and log
 * before, holds no id, password, token or path whole. ID stands for an id, SECRET for any of the
 * others, and what stands between braces is base64 of a JSON link.
 */
@Timeout(20)
final class LeakageTest {
  private static final String ID = Parsed.ID;
  private static final String SECRET = "verysecret";

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @BeforeEach
  void catchTheLog() {
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void letTheLogGo() {
    System.setErr(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vmess://ID@a:99999",
        "vmess://ID@a",
        "vmess://ID@:1",
        "vmess://ID@a b:1",
        "vmess://IDx@a:1",
        "vmess://ID-ID@a:1",
        "vmess://ID:SECRET@a:1?type=ID",
        "vmess://ID@a:1?type=ID",
        "vmess://ID@a:1?type=ws&path=/SECRET%zz&security=ID",
        "vmess://ID@a:1?type=kcp&seed=SECRET",
        "vmess://ID@a:1?security=reality&pbk=SECRET",
        "vmess://ID@a:1?encryption=ID",
        "vmess://ID",
        "vmess:/ID@a:1",
        "vmess//ID@a:1",
        "vmes://ID@a:1",
        "vless://ID@a:1",
        "https://a.example/SECRET?token=SECRET",
        "ID",
        "vmess://{'add':'a','port':'ID','id':'ID'}",
        "vmess://{'add':'a','port':'0','id':'ID','path':'/SECRET'}",
        "vmess://{'add':'','port':'1','id':'ID'}",
        "vmess://{'add':'ID','port':'x','id':'ID'}",
        "vmess://{'add':'a','port':'1','id':'IDID'}",
        "vmess://{'add':'a','port':'1','id':'ID','aid':'ID'}",
        "vmess://{'add':'a','port':'1','id':'ID','scy':'ID'}",
        "vmess://{'add':'a','port':'1','id':'ID','net':'ID'}",
        "vmess://{'add':'a','port':'1','id':'ID','tls':'ID'}",
        "vmess://{'add':'a','port':'1','id':'ID','net':'kcp','path':'SECRET'}",
        "vmess://{'add':'a','port':'1','id':'ID','net':'ws','type':'ID','host':'ID b'}",
        "vmess://{'id':'ID'",
        "--user ID",
        "--user=ID",
        "-uID",
        "--usr=ID",
        "-xID",
        "--server ID --user ID",
        "--server ID@a:1 --user ID",
        "--server a:ID --user ID",
        "--server a:1 --user IDx",
        "--server a:1 --user ID,ID",
        "--server a:1 --user ID;alterId=0",
        "--server a:1 --user ID,alterId=ID",
        "--server a:1 --user ID,security=ID",
        "--server a:1 --user ID --tag ID --tag ID",
        "--server a:1 --user ID --mux ID",
        "--server a:1 --user ID --transport ID",
        "--server a:1 --user ID --transport ws --header SECRET",
        "--server a:1 --user ID --transport ws --header a=b=SECRET --header SECRET",
        "--server a:1 --user ID ID",
        "--vnext ID",
        "--vnext https://a.example/SECRET",
        "--server https://a.example/SECRET --user ID",
        "--server https://a.example/SECRET:1 --user ID",
        "--server http://a.example?token=SECRET --user ID",
        "--server a:1 --user ID --mux https://a.example/SECRET",
        "--vnext {'vnext':[{'address':'a','port':'ID','users':[{'id':'ID'}]}]}",
        "--vnext {'vnext':[{'address':'a','port':1,'users':[{'id':'IDID'}]}]}",
        "--vnext {'vnext':[{'address':'a','port':1,'users':[{'id':'ID','alterId':'ID'}]}]}",
        "--vnext {'vnext':[{'address':'a','port':1,'users':[{'id':'ID','security':'ID'}]}]}",
        "--vnext {'vnext':[{'address':'a','port':1,'users':{'ID':'ID'}}]}",
        "--vnext {'vnext':[{'address':'ID ID','port':1,'users':[{'id':'ID'}]}]}",
        "--vnext {'vnext':[{'ID':1,'address':'a','port':1,'users':['ID']}]}",
        "--vnext {'vnext':[{'address':'a','port':1,'users':[{'id':'ID'}",
        "--vnext {'outbounds':[{'protocol':'vmess','settings':{'vnext':[{'address':'a','port':1,"
            + "'users':[{'id':'ID'}]}]},'streamSettings':{'network':'ID'}}]}",
        "--vnext {'outbounds':[{'protocol':'vmess','settings':{'vnext':[{'address':'a','port':1,"
            + "'users':[{'id':'ID'}]}]},'streamSettings':{'network':'kcp',"
            + "'kcpSettings':{'seed':'SECRET'}}}]}",
        "--vnext {'outbounds':[{'protocol':'vmess','settings':{'vnext':[{'address':'a','port':1,"
            + "'users':[{'id':'ID'}]}]},'streamSettings':{'network':'ws','security':'ID',"
            + "'wsSettings':{'path':'/SECRET','headers':{'Host':'ID ID'}}}}]}",
        "--subscribe https://u:SECRET@:1/SECRET?token=SECRET",
        "--subscribe https://u:SECRET@a:x/SECRET?token=SECRET",
        "--subscribe htps://u:SECRET@a/SECRET?token=SECRET",
        "--subscribe https:/a.example/SECRET",
        "--subscribe a.example/SECRET",
        "--subscribe a:8443/SECRET",
        "--subscribe vmess://ID@a:1",
        "--subscribe https://a.example/SECRET --tls",
        "--subscribe https://a.example/SECRET --user ID",
        "--subscribe https://a.example/SECRET --subscribe-interval ID",
      })
  void noMistakeIsShownWithItsSecret(String text) {
    for (String command : List.of("run", "check")) {
      shown(command + " " + text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --demo --auth SECRET",
        "run --demo --auth al:SECRET --auth SECRET",
        "run --demo --auth :SECRET",
        "run --demo --listen socks://al:SECRET@127.0.0.1:0",
        "run --demo --listen http://al:SECRET@127.0.0.1:0/SECRET",
        "check --demo --url ftp://al:SECRET@a.example/SECRET?SECRET",
        "check --demo --url a.example/SECRET",
        "serve --inbound 127.0.0.1:0 --client IDx",
        "serve --inbound 127.0.0.1:0 --client ID,ID",
        "serve --inbound 127.0.0.1:0 --client ID,alterId=ID",
        "serve --inbound 127.0.0.1:0 --client ID --client ID",
        "serve --inbound ID --client ID",
        "serve --client ID",
        "serve ID",
        "serve --settings ID",
        "serve --settings {'inbounds':[{'port':1,'protocol':'vmess','settings':"
            + "{'clients':[{'id':'IDID'}]}}]}",
        "serve --settings {'inbounds':[{'port':1,'protocol':'vmess','settings':"
            + "{'clients':[{'id':'ID'},{'id':'ID'}]}}]}",
        "serve --settings {'inbounds':[{'port':'ID','protocol':'vmess','settings':"
            + "{'clients':[{'id':'ID','alterId':'ID'}]}}]}",
      })
  void norIsOneOfTheOtherOptions(String text) {
    shown(text);
  }

  private void shown(String text) {
    StringWriter printed = new StringWriter();
    PrintWriter writer = new PrintWriter(printed, true);
    CommandLine commandLine = Main.commandLine(new RunCommand(), Map.of());
    commandLine.setOut(writer).setErr(writer);

    int code = Main.execute(commandLine, filled(text).split(" ", -1));

    String all = printed + log.toString(StandardCharsets.UTF_8);
    assertThat(code).as(all).isEqualTo(ExitCode.USAGE);
    assertThat(all)
        .doesNotContainIgnoringCase(ID, ID.replace("-", ""), SECRET)
        .doesNotContain("\tat ", "Exception");
  }

  private static String filled(String text) {
    String filled = text.replace('\'', '"').replace("SECRET", SECRET).replace("ID", ID);
    int json = filled.indexOf("://{");
    if (json < 0) {
      return filled;
    }
    byte[] link = filled.substring(json + 3).getBytes(StandardCharsets.UTF_8);
    return filled.substring(0, json + 3) + Base64.getEncoder().encodeToString(link);
  }
}
