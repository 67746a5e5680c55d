package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateNamesTest {
  @ParameterizedTest
  @CsvSource({
    "a.example,a.example",
    "A.Example,a.example",
    "*.example.com,a.example.com",
    "*.Example.com,a.example.com"
  })
  void matches(String pattern, String name) {
    assertThat(CertificateNames.matches(pattern, name)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "a.example,b.example",
    "a.example,x.a.example",
    "*.example.com,example.com",
    "*.example.com,a.b.example.com",
    "*.example.com,.example.com",
    "*.com,example.com",
    "a*.example.com,ab.example.com",
    "x.*.example.com,x.a.example.com",
    "*,a",
    "*.,a.",
    "'',a.example"
  })
  void doesNotMatch(String pattern, String name) {
    assertThat(CertificateNames.matches(pattern, name)).isFalse();
  }
}
