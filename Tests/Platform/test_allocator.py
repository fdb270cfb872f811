"""The allocator that the process runs on: what CPU and memory figures are measured with."""

from platform_process import call


def test_the_process_runs_on_jemalloc_with_the_platforms_settings():
    # jemalloc prints each setting that it takes, if it is there at all.
    code, out, err = call("--version", env={"MALLOC_CONF": "confirm_conf:true"})
    assert code == 0 and out.strip()
    for setting in ("narenas:2", "dirty_decay_ms:1000", "muzzy_decay_ms:0"):
        assert f"Set conf value: {setting}" in err, err
