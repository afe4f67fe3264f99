// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmptyBlocksTest {

  private static final Instant NOON = Instant.parse("2026-05-06T12:00:00Z");
  private static final Optional<Duration> GRACE = Optional.of(Duration.ofMinutes(15));
  private static final CalicoNode STRANGER =
      (CalicoNode)
          ResourceCodec.readStored(
              ResourceKind.NODE, "{\"metadata\":{\"name\":\"router\"},\"spec\":{}}");
  private static final Known KNOWN = new Known(List.of(), List.of(STRANGER), List.of("n1", "n2"));

  /// @param text `10.0.0.0/30=n1`, with `!` at the end if an address is in use
  private static Block block(String text) {
    String[] parts = text.replace("!", "").split("=", 2);
    Cidr cidr = Cidr.parse(parts[0]);
    BlockOwner owner =
        parts[1].equals("services") ? BlockOwner.LOAD_BALANCER : BlockOwner.node(parts[1]);
    Block block = Block.unused(cidr, owner, NOON, 1);
    IpAddress first = cidr.address();
    return text.endsWith("!")
        ? block
            .assign(first, new IpamBlock.Attribute("h", Map.of(), Map.of(), Optional.empty()))
            .block()
        : block;
  }

  private static List<Block> blocks(String text) {
    return Arrays.stream(text.split(" ")).map(EmptyBlocksTest::block).toList();
  }

  private static List<String> released(EmptyBlocks plan) {
    return plan.release().stream().map(it -> it.block().toString()).sorted().toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                  | blocks                                            | released after the grace
          the last one stays       | 10.0.0.0/30=n1                                    |
          one in use, one empty    | 10.0.0.0/30=n1! 10.0.0.4/30=n1                    | 10.0.0.4/30
          all empty, one stays     | 10.0.0.0/30=n1 10.0.0.4/30=n1 10.0.0.8/30=n1      | 10.0.0.0/30,10.0.0.4/30
          each family has its own  | 10.0.0.0/30=n1! fd00::/126=n1                     |
          each node has its own    | 10.0.0.0/30=n1 10.0.0.4/30=n2                     |
          of a node that is gone   | 10.0.0.0/30=gone! 10.0.0.4/30=gone                |
          of none of Kubernetes'   | 10.0.0.0/30=router! 10.0.0.4/30=router            |
          of services              | 10.0.0.0/30=services! 10.0.0.4/30=services        |
          """)
  void released(String story, String text, @Nullable String expected) {
    List<Block> blocks = blocks(text);
    EmptyBlocks first = EmptyBlocks.plan(blocks, KNOWN, EmptyBlocks.NONE, GRACE, NOON);
    assertThat(first.release()).as("at first sight").isEmpty();

    EmptyBlocks then =
        EmptyBlocks.plan(blocks, KNOWN, first, GRACE, NOON.plus(GRACE.orElseThrow()));

    assertThat(released(then))
        .as(story)
        .isEqualTo(expected == null ? List.of() : List.of(expected.split(",")));
    assertThat(
            EmptyBlocks.plan(blocks, KNOWN, first, Optional.empty(), NOON.plusSeconds(99_999))
                .release())
        .as("without a grace none goes")
        .isEmpty();
  }

  @Test
  void whoTouchesItHasItAnew() {
    List<Block> blocks = blocks("10.0.0.0/30=n1! 10.0.0.4/30=n1");
    EmptyBlocks first = EmptyBlocks.plan(blocks, KNOWN, EmptyBlocks.NONE, GRACE, NOON);
    List<Block> touched = List.of(blocks.getFirst(), blocks.getLast().touched());

    assertThat(
            EmptyBlocks.plan(touched, KNOWN, first, GRACE, NOON.plus(GRACE.orElseThrow()))
                .release())
        .isEmpty();
  }
}
