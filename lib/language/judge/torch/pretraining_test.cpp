#include "lib/language/judge/torch/pretraining.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mls::language {
namespace {

/// A text that can be learnt: what follows a letter is nearly always the next one.
Documents stuttering_alphabet() {
  Rng rng(1);
  std::string text;
  for (int i = 0; i < 60000; ++i) text += static_cast<char>('a' + (i / 3 + (rng.bernoulli(0.1) ? 1 : 0)) % 8);
  return {text};
}

TEST(Pretraining, LearnsAndIsTheSameTwice) {
  const Documents documents = stuttering_alphabet();
  const Alphabet alphabet(documents, Rng(1));
  const Corpus corpus(documents, alphabet, Rng(2));
  const auto trained_loss = [&] {
    Rng rng(3);
    Pretraining training({{.vocabulary = 8, .width = 16, .layers = 1, .heads = 2}, rng}, corpus,
                         {.count = 4, .length = 16}, Rng(4));
    EXPECT_NEAR(held_out_loss(training.model(), corpus, 8, 16, 16), std::log(8.0), 1e-6);
    train_on(training, 60, 0.02);
    return held_out_loss(training.model(), corpus, 8, 16, 16);
  };
  const double loss = trained_loss();
  EXPECT_LT(loss, 1.3);
  EXPECT_EQ(loss, trained_loss());
}

TEST(Pretraining, GradientsAreClipped) {
  const Documents documents = stuttering_alphabet();
  const Alphabet alphabet(documents, Rng(1));
  const Corpus corpus(documents, alphabet, Rng(2));
  Rng rng(3);
  Pretraining training({{.vocabulary = 8, .width = 16, .layers = 1, .heads = 2}, rng}, corpus, {4, 16},
                       Rng(4));
  (void)training.next_gradient(1e-3);
  double squares = 0;
  for (const float g : training.model().gradients()) squares += static_cast<double>(g) * g;
  EXPECT_NEAR(std::sqrt(squares), 1e-3, 1e-8);
}

TEST(Pretraining, WorseThanChanceIsChance) {
  const Documents documents = stuttering_alphabet();
  const Alphabet alphabet(documents, Rng(1));
  const Corpus corpus(documents, alphabet, Rng(2));
  Rng rng(3);
  Gpt model({.vocabulary = 8, .width = 16, .layers = 1, .heads = 2}, rng);
  for (float& value : model.values()) value = std::nanf("");
  EXPECT_EQ(held_out_loss(model, corpus, 8, 16, 16), std::log(8.0));
}

}  // namespace
}  // namespace mls::language
