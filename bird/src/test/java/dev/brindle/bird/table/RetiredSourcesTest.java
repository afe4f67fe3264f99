// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Source;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetiredSourcesTest {

  private final Sources sources = new Sources();
  private final Set<Integer> spokenOf = new HashSet<>();
  private final RetiredSources retired = new RetiredSources(sources, spokenOf::contains);

  private int source(int number) {
    IpAddress address = IpAddress.ofIpv4(number);
    return sources.add(new Source(Source.Kind.EXTERNAL, "peer", address, address, false));
  }

  @Test
  void aNumberIsFreeOnceNothingSpeaksOfIt() {
    int one = source(1);
    int other = source(2);
    spokenOf.add(one);
    retired.add(one);
    retired.add(other);

    retired.forget();
    assertThat(sources.isUsed(one)).isTrue();
    assertThat(sources.isUsed(other)).isFalse();

    spokenOf.clear();
    retired.forget();
    assertThat(sources.isUsed(one)).isFalse();
  }

  /// The number is another's by then.
  @Test
  void isForgottenOnce() {
    int one = source(1);
    retired.add(one);
    retired.forget();
    int successor = source(2);

    retired.forget();

    assertThat(successor).isEqualTo(one);
    assertThat(sources.isUsed(successor)).isTrue();
  }
}
