package io.vmessproxy.client.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected paths: Xray 26.7, transport/internet/grpc/config_test.go and its rules. */
class ServicePathTest {
  @ParameterizedTest
  @CsvSource({
    "GunService,                 /GunService/Tun,       /GunService/TunMulti",
    "'',                         //Tun,                 //TunMulti",
    "a/b,                        /a%2Fb/Tun,            /a%2Fb/TunMulti",
    "sv-._~$&+:=@,               /sv-._~$&+:=@/Tun,     /sv-._~$&+:=@/TunMulti",
    "'a b;,?',                   /a%20b%3B%2C%3F/Tun,   /a%20b%3B%2C%3F/TunMulti",
    "/my/sample/path1|path2,     /my/sample/path1,      /my/sample/path2",
    "/my/sample/path1,           /my/sample/path1,      /my/sample/path1",
    "/hello /world!/a|b,         /hello%20/world%21/a,  /hello%20/world%21/b",
    "/foo,                       //foo,                 //foo",
    "/foo/|bar,                  /foo/,                 /foo/bar",
  })
  void leadsToTheMethods(String serviceName, String tun, String tunMulti) {
    assertThat(ServicePath.of(serviceName)).isEqualTo(new ServicePath(tun, tunMulti));
  }

  @ParameterizedTest
  @CsvSource({
    "GunService, /GunService/Tun,          true",
    "GunService, /GunService/TunMulti,     true",
    "GunService, /GunService/Other,        false",
    "GunService, /gunservice/Tun,          false",
    "GunService, /GunService/Tun/,         false",
    "a/b,        /a%2Fb/Tun,               true",
    "a/b,        /a%2fb/Tun,               true",
    "a/b,        /a/b/Tun,                 true",
    "a/b,        /a/b,                     false",
    "a+b,        /a+b/Tun,                 true",
    "a+b,        /a b/Tun,                 false",
    "a,          /%zz/Tun,                 false",
    "a,          '',                       false",
    "/a/b/x|y,   /a/b/y,                   true",
  })
  void knowsItsOwnPaths(String serviceName, String path, boolean ours) {
    assertThat(ServicePath.of(serviceName).leadsHere(path)).isEqualTo(ours);
  }
}
