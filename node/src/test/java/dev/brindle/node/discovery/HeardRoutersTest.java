// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeardRoutersTest {

  /// Who is heard when, in seconds, and who is told of.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | heard                   | told
          the first is it                | a0                      | a0
          and is told once               | a0 a10 a20 a1000        | a0
          another does not replace it    | a0 b1 a10 b11 a20 b21   | a0
          until it has been silent       | a0 b1 b20 b30 b31       | a0 b31
          and comes back only likewise   | a0 b31 a32 b40 a70 a71  | a0 b31 a71
          many others say nothing        | a0 b1 c2 d3 e4 a5       | a0
          """)
  void tells(String story, String heard, String told) {
    HeardRouters routers = new HeardRouters();
    StringJoiner news = new StringJoiner(" ");
    for (String one : heard.split(" ", -1)) {
      IpAddress from = IpAddress.parse("fe80::" + one.charAt(0));
      long now = TimeUnit.SECONDS.toNanos(Long.parseLong(one.substring(1)));
      if (routers.hears(from, now - 5_000_000_000L)) {
        news.add(one);
      }
    }
    assertThat(news).hasToString(told);
  }
}
