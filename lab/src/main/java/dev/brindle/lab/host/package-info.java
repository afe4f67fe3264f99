// SPDX-License-Identifier: Apache-2.0
/// Network namespaces that stand for machines, and the cables between them.
@NullMarked
package dev.brindle.lab.host;

import org.jspecify.annotations.NullMarked;
