"""Writes a tiny Llama of random weights as model.gguf, and its tokenizer as tokenizer.json, into a folder.

The tokenizer is a byte-level BPE, so that any text can be read. The answers are random, but of a known kind: the model
says whole words only, unless a request's logit_bias asks for something else. See `fix_output`.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np

SEED = 1
CONTEXT = 32768
WIDTH = 512
HEADS = 8
LAYERS = 8
FEED_FORWARD = 1536
EPSILON = 1e-5

END = "<|endoftext|>"
TURN_START = "<|im_start|>"
TURN_END = "<|im_end|>"
SPECIALS = [END, TURN_START, TURN_END]
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

# Each is one token, with and without a space before it.
WORDS = """
able about above after again air all also always and animal answer any area ask back bad ball bank base bear bed
before begin best better big bird black blue board boat body book both box boy bring build burn busy but call can car
care carry case cat cause center change check child city class clear close cloud cold color come common cook cool
corner could count country course cover cross cry cut dark day deep dog door down draw dream drink drive drop dry
early earth east easy eat
""".split()


def byte_alphabet() -> list[str]:
    """GPT-2's printable stand-in for each of the 256 bytes."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    stand_in = {byte: chr(byte) for byte in printable}
    stand_in.update({byte: chr(256 + i) for i, byte in enumerate(others)})
    return [stand_in[byte] for byte in range(256)]


def train_merges(texts: list[str]) -> list[tuple[str, str]]:
    """Merges the most frequent pair until each text is one token. Ties: the pair that sorts first."""
    parts = [list(text) for text in texts]
    merges: list[tuple[str, str]] = []
    while True:
        counts: dict[tuple[str, str], int] = {}
        for part in parts:
            for pair in zip(part, part[1:]):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            return merges
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        for part in parts:
            i = 0
            while i < len(part) - 1:
                if (part[i], part[i + 1]) == best:
                    part[i : i + 2] = ["".join(best)]
                i += 1


class Vocabulary:
    """Tokens in the order of their ids: the 256 bytes, what the merges make, the special tokens."""

    def __init__(self) -> None:
        alphabet = byte_alphabet()
        space = alphabet[ord(" ")]
        self.merges = train_merges([*WORDS, *(space + word for word in WORDS)])
        merged = dict.fromkeys("".join(merge) for merge in self.merges)
        self.tokens = [*alphabet, *merged, *SPECIALS]
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self.word_ids = [self.ids[space + word] for word in WORDS]

    def huggingface(self) -> dict:
        """The same tokenizer as a Hugging Face tokenizer.json."""
        byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
        special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": self.ids[token], "content": token, **special} for token in SPECIALS],
            "normalizer": None,
            "pre_tokenizer": byte_level,
            "post_processor": byte_level,
            "decoder": byte_level,
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": "",
                "end_of_word_suffix": "",
                "fuse_unk": False,
                "byte_fallback": False,
                "ignore_merges": False,
                "vocab": {token: i for token, i in self.ids.items() if token not in SPECIALS},
                "merges": [list(merge) for merge in self.merges],
            },
        }


# Two elements of the hidden state are not random: no layer writes to them, so that the output weights on them are
# offsets of each token's logit. The first is FIRST for every token; the second is 0 for a word, else FIRST.
FIRST = 16.0
FIXED = 2
OFFSET = -2.0


def fix_embedding(embedding: np.ndarray, vocabulary: Vocabulary) -> None:
    """Sets the two fixed elements of each token's embedding."""
    embedding[:, 0] = FIRST
    embedding[:, 1] = FIRST
    embedding[vocabulary.word_ids, 1] = 0.0


def fix_output(output: np.ndarray, vocabulary: Vocabulary) -> None:
    """Sets all tokens but the words about 10 below those, and the end token another 10 where no word came before.

    So answers are words of one token each with a space before, whose text gives back the same tokens, and the end
    token never comes: answers have the length that was asked for. A request's logit_bias can undo the offset of a
    token; the end token then still cannot be the first of a chat's answer, as a turn's head does not end in a word.
    """
    output[:, :FIXED] = 0.0
    output[:, 0] = OFFSET
    output[vocabulary.word_ids, 0] = 0.0
    output[vocabulary.ids[END], 1] = OFFSET


def write_model(path: Path, vocabulary: Vocabulary) -> None:
    """Writes the GGUF: a Llama whose matrices are random, half precision."""
    rng = np.random.default_rng(SEED)
    size = len(vocabulary.tokens)

    def matrix(rows: int, columns: int, gain: float = 1.0) -> np.ndarray:
        return rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(gain / np.sqrt(columns))

    def keeps_fixed(weights: np.ndarray) -> np.ndarray:
        weights[:FIXED] = 0.0
        return weights

    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("random words")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(size)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)

    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary.tokens)
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_token_types([control if token in SPECIALS else normal for token in vocabulary.tokens])
    writer.add_token_merges([" ".join(merge) for merge in vocabulary.merges])
    writer.add_bos_token_id(vocabulary.ids[END])
    writer.add_eos_token_id(vocabulary.ids[END])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)

    embedding = rng.standard_normal((size, WIDTH), dtype=np.float32)
    fix_embedding(embedding, vocabulary)
    output = matrix(size, WIDTH, gain=2.0)
    fix_output(output, vocabulary)
    halves = {"token_embd": embedding, "output": output}
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v"):
            halves[f"blk.{layer}.{name}"] = matrix(WIDTH, WIDTH)
        halves[f"blk.{layer}.attn_output"] = keeps_fixed(matrix(WIDTH, WIDTH))
        halves[f"blk.{layer}.ffn_gate"] = matrix(FEED_FORWARD, WIDTH)
        halves[f"blk.{layer}.ffn_up"] = matrix(FEED_FORWARD, WIDTH)
        halves[f"blk.{layer}.ffn_down"] = keeps_fixed(matrix(WIDTH, FEED_FORWARD))
    norms = ["output_norm"] + [f"blk.{layer}.{kind}_norm" for layer in range(LAYERS) for kind in ("attn", "ffn")]
    for name, weights in halves.items():
        writer.add_tensor(f"{name}.weight", weights.astype(np.float16))
    for name in norms:
        writer.add_tensor(f"{name}.weight", np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    folder = Path(sys.argv[1])
    vocabulary = Vocabulary()
    (folder / "tokenizer.json").write_text(json.dumps(vocabulary.huggingface(), ensure_ascii=False))
    write_model(folder / "model.gguf", vocabulary)


if __name__ == "__main__":
    main()
